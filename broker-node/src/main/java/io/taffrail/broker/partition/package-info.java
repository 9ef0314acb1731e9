// SPDX-License-Identifier: Apache-2.0
/**
 * What a leader decides, as plain state machines: no thread, clock, file or network among the
 * imports. The shell around them is {@code broker.replication}.
 */
package io.taffrail.broker.partition;
