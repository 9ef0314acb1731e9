# SPDX-License-Identifier: Apache-2.0
import unittest

import batches
from taffrail.v1 import records_pb2


class BatchesTest(unittest.TestCase):
    """The client's own encoding, before any server judges it."""

    def test_knows_the_checksum(self):
        self.assertEqual(0xE3069283, batches.crc32c(b"123456789"))

    def test_lays_the_body_out_as_documented(self):
        batch = batches.encode([records_pb2.Record(value=b"v")], base_timestamp_ms=7)
        body = batches.stored_body(batch)
        self.assertEqual(batches.HEADER_BYTES - 38 + len(batch.records), len(body))
        self.assertEqual("300138004500000000", body[:9].hex())
        self.assertEqual("7a85808000", body[51:56].hex())

    def test_reads_what_it_encoded(self):
        records = [records_pb2.Record(key=b"k", value=b"v"), records_pb2.Record(key=b"gone")]
        for compression in (records_pb2.COMPRESSION_NONE, records_pb2.COMPRESSION_GZIP):
            batch = batches.encode(records, base_timestamp_ms=7, compression=compression)
            self.assertEqual(list(enumerate(records)), batches.decode(batch))


if __name__ == "__main__":
    unittest.main()
