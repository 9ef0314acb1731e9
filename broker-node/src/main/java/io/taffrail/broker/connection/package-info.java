// SPDX-License-Identifier: Apache-2.0
/**
 * The connections of clients: how many there may be, how old they grow, and how the streams on them
 * learn that it is time to end.
 */
package io.taffrail.broker.connection;
