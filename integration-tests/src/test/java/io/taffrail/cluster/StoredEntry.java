// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

/**
 * An entry as one replica stores it.
 *
 * @param endOffset exclusive
 * @param crc32c of all its bytes
 */
record StoredEntry(long baseOffset, long endOffset, int leaderEpoch, int bytes, long crc32c) {}
