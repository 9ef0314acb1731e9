// SPDX-License-Identifier: Apache-2.0
/**
 * One class for each kind of file that a segment is made of, and {@link
 * io.taffrail.logstore.segment.Segment} that holds them together. A segment knows bytes, positions
 * and offsets; it knows nothing of leaders, high watermarks or policies.
 */
package io.taffrail.logstore.segment;
