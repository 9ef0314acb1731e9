// SPDX-License-Identifier: Apache-2.0
/** Connections to the other nodes of the cluster. */
package io.taffrail.broker.peer;
