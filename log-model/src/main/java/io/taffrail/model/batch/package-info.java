// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a record batch: how they lie, how they are checked, read, written and compacted.
 * What a client sees as the protobuf message {@code RecordBatch} is stored, replicated and served
 * as one <em>entry</em>: field 15 of the message that carries it, with every header field written
 * in order at a constant place, also when zero. So a header is read with a few loads, and the same
 * bytes still parse as protobuf in any language. All numbers are little-endian.
 *
 * <pre>
 *   at  bytes       what
 *    0  7A          tag of batches = 15, length-delimited
 *    1  4           length of the message that follows, a varint padded to 4 bytes
 *    5  09 + 8      base_offset                                    stamped by the leader
 *   14  15 + 4      leader_epoch                                   stamped by the leader
 *   19  19 + 8      append_time_ms                                 stamped by the leader
 *   28  25 + 4      crc32c, over bytes 38 to the end
 *   33  2D + 4      placement_crc32c, over topic id (16 bytes), partition (4 bytes), bytes 0 to 32
 *   38  30 + 1      compression, one of {@link io.taffrail.model.batch.Compression}
 *   40  38 + 1      flags: bit 1 transactional, bit 2 control, bit 6 extended header
 *   42  45 + 4      last_offset_delta
 *   47  4D + 4      record_count
 *   52  51 + 8      base_timestamp_ms
 *   61  59 + 8      max_timestamp_ms
 *   70  61 + 8      producer_id, 0: not idempotent
 *   79  6D + 4      producer_epoch
 *   84  75 + 4      base_sequence
 *   89  7A + 4      tag of records = 15, their length as a varint padded to 4 bytes
 *   94  ...         the records: the message Records, encoded, then compressed
 * </pre>
 *
 * What the leader stamps stands outside the body's checksum, so that a leader never touches the
 * body; the second checksum covers it together with the partition's identity, so that an entry
 * which strayed from another partition, or from a recycled file, is noticed too.
 *
 * <p>Flag bit 6 says that fields of a later version (numbers from 16) stand between base_sequence
 * and records. Bytes 0 to 41 are where they are in every version, and with them both checksums.
 *
 * <p>A record, inside the payload:
 *
 * <pre>
 *   0A len     records = 1
 *     0A len     key = 1, absent: no key (an empty key is a key)
 *     12 len     value = 2, absent: a tombstone
 *     1A len     headers = 3, any number of them
 *       0A len     key = 1, UTF-8
 *       12 len     value = 2
 *     20 sint64  timestamp_delta_ms = 4, from the batch's base_timestamp_ms
 *     28 uint32  offset_delta = 5, absent: one more than the record before, 0 for the first
 * </pre>
 *
 * Fields ascend, each stands at most once (headers excepted), every varint is as short as it can be
 * and unknown fields are refused: so a byte walker and every generated parser read the same.
 */
package io.taffrail.model.batch;
