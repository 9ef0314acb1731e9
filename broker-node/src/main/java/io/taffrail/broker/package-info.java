// SPDX-License-Identifier: Apache-2.0
/** The server process. */
package io.taffrail.broker;
