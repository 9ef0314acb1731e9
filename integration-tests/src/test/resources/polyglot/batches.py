# SPDX-License-Identifier: Apache-2.0
"""Batches as docs/format.md describes them, by generated stubs and the standard library alone."""

import gzip
import struct
import zlib

from taffrail.v1 import records_pb2

HEADER_BYTES = 94
GZIP_WINDOW = 31  # zlib's number for: a gzip member, window of any size


def _crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_CRC32C = _crc32c_table()


def crc32c(data):
    """CRC-32C as in RFC 3720."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC32C[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _padded(length):
    """A varint of 4 bytes, whatever its value."""
    return bytes(length >> shift & 0x7F | 0x80 for shift in (0, 7, 14)) + bytes([length >> 21])


def stored_body(batch):
    """Every byte of the entry after crc32c and placement_crc32c: all that crc32c covers."""
    return (
        struct.pack("<BBBB", 0x30, batch.compression, 0x38, batch.flags)
        + struct.pack("<BiBi", 0x45, batch.last_offset_delta, 0x4D, batch.record_count)
        + struct.pack("<BqBq", 0x51, batch.base_timestamp_ms, 0x59, batch.max_timestamp_ms)
        + struct.pack("<Bq", 0x61, batch.producer_id)
        + struct.pack("<BiBi", 0x6D, batch.producer_epoch, 0x75, batch.base_sequence)
        + b"\x7a"
        + _padded(len(batch.records))
        + batch.records
    )


def encode(records, base_timestamp_ms, compression=records_pb2.COMPRESSION_NONE, checksum=False):
    """A batch to be produced. The records' own timestamp_delta_ms count from base_timestamp_ms."""
    payload = records_pb2.Records(records=records).SerializeToString()
    if compression == records_pb2.COMPRESSION_GZIP:
        payload = gzip.compress(payload)
    batch = records_pb2.RecordBatch(
        compression=compression,
        last_offset_delta=len(records) - 1,
        record_count=len(records),
        base_timestamp_ms=base_timestamp_ms,
        max_timestamp_ms=base_timestamp_ms + max(r.timestamp_delta_ms for r in records),
        records=payload,
    )
    if checksum:
        batch.crc32c = crc32c(stored_body(batch))
    return batch


def decode(batch):
    """The batch's records with their offsets."""
    payload = batch.records
    if batch.compression == records_pb2.COMPRESSION_GZIP:
        payload = zlib.decompress(payload, GZIP_WINDOW)
    elif batch.compression != records_pb2.COMPRESSION_NONE:
        raise ValueError(f"cannot decompress {batch.compression}")
    numbered = []
    offset = batch.base_offset
    for record in records_pb2.Records.FromString(payload).records:
        if record.HasField("offset_delta"):
            offset = batch.base_offset + record.offset_delta
        numbered.append((offset, record))
        offset += 1
    return numbered
