// SPDX-License-Identifier: Apache-2.0
/** One node, and clients that mean no good: every RPC with what it cannot take. */
package io.taffrail.node.fuzz;
