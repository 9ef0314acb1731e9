// SPDX-License-Identifier: Apache-2.0
/**
 * The table of errors at the head of {@code log_service.proto}, row by row, as a client with plain
 * stubs meets it: each error is provoked at real nodes.
 */
package io.taffrail.node.errors;
