// SPDX-License-Identifier: Apache-2.0
/**
 * One replica's log of one partition on one disk. {@link io.taffrail.logstore.PartitionLog} is the
 * door; what a log keeps on disk is drawn in {@code docs/format.md}.
 */
package io.taffrail.logstore;
