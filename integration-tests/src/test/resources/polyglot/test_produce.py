# SPDX-License-Identifier: Apache-2.0
import grpc
from taffrail.v1 import log_service_pb2
from taffrail.v1 import records_pb2

import batches
from failures import Failure
from server import DEADLINE_S
from server import ServerTest

NOW_MS = 1_700_000_000_000


def sample_records(count=3):
    return [
        records_pb2.Record(
            key=b"key-%d" % i,
            value=b"value " * i,
            timestamp_delta_ms=count - i,
            headers=[records_pb2.Header(key="number", value=b"%d" % i)],
        )
        for i in range(count)
    ]


def opening(topic, partition=0):
    return log_service_pb2.ProduceOpen(
        topic=topic, partition=partition, acks=log_service_pb2.ACKS_ALL
    )


class ProduceTest(ServerTest):
    def produce(self, topic, batch):
        """Sends one batch on slot 0, and half-closes; returns the acknowledgement."""
        stream = self.stream(self.log.Produce)
        stream.send(log_service_pb2.ProduceRequest(open=opening(topic), batches=[batch]))
        stream.half_close()
        opened = stream.answer()
        self.assertTrue(opened.HasField("opened"))
        answer = opened if opened.acks else stream.answer()
        self.assertIsNone(stream.end())
        return answer.acks[0]

    def stored(self, topic):
        request = log_service_pb2.ReadRequest(topic=topic)
        return self.log.Read(request, timeout=DEADLINE_S).records

    def assert_stored(self, topic, records):
        stored = self.stored(topic)
        self.assertEqual(list(range(len(records))), [each.offset for each in stored])
        for record, found in zip(records, stored):
            self.assertEqual((record.key, record.value), (found.key, found.value))
            self.assertEqual(list(record.headers), list(found.headers))
            self.assertEqual(NOW_MS + record.timestamp_delta_ms, found.timestamp_ms)

    def test_its_own_batch_is_stored(self):
        for compression in (records_pb2.COMPRESSION_NONE, records_pb2.COMPRESSION_GZIP):
            for checksum in (False, True):
                with self.subTest(compression=compression, checksum=checksum):
                    topic = self.new_topic()
                    records = sample_records()
                    ack = self.produce(topic, batches.encode(records, NOW_MS, compression, checksum))
                    self.assertEqual((0, 2), (ack.base_offset, ack.last_offset))
                    self.assertFalse(ack.duplicate)
                    self.assertGreater(ack.append_time_ms, NOW_MS)
                    self.assert_stored(topic, records)

    def test_a_wrong_checksum_is_noticed(self):
        topic = self.new_topic()
        batch = batches.encode(sample_records(), NOW_MS, checksum=True)
        batch.crc32c ^= 1
        stream = self.stream(self.log.Produce)
        stream.send(log_service_pb2.ProduceRequest(open=opening(topic), batches=[batch]))
        stream.half_close()
        failure = stream.end()
        self.assertIsNotNone(failure)
        self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT.value[0], failure.code)
        self.assertEqual("INVALID_BATCH", failure.info.reason)
        self.assertEqual("batches[0].crc32c", failure.bad_request.field_violations[0].field)
        self.assertIn("crc32c", failure.message)
        self.assertEqual([], list(self.stored(topic)))

    def test_requests_of_a_slot_are_answered_in_order(self):
        topic = self.new_topic()
        stream = self.stream(self.log.Produce)
        for i in range(20):
            request = log_service_pb2.ProduceRequest(
                batches=[batches.encode(sample_records(2), NOW_MS)]
            )
            if i == 0:
                request.open.CopyFrom(opening(topic))
            stream.send(request)
        acks = []
        while len(acks) < 20:
            acks += stream.answer().acks
        self.assertEqual([(2 * i, 2 * i + 1) for i in range(20)],
                         [(ack.base_offset, ack.last_offset) for ack in acks])

    def test_a_slot_that_fails_leaves_the_others_alone(self):
        topic = self.new_topic(partition_count=2)
        stream = self.stream(self.log.Produce)
        for slot, name in ((1, topic), (2, "python-not-there"), (3, topic)):
            stream.send(
                log_service_pb2.ProduceRequest(
                    slot=slot,
                    open=opening(name, partition=slot // 2),
                    batches=[batches.encode(sample_records(), NOW_MS)],
                )
            )
        acks, closed = {}, {}
        while len(acks) + len(closed) < 3:
            answer = stream.answer()
            for ack in answer.acks:
                acks[ack.slot] = ack
            if answer.HasField("closed"):
                closed[answer.slot] = Failure(answer.closed)
        self.assertEqual({1, 3}, set(acks))
        self.assertEqual({2}, set(closed))
        self.assertEqual(grpc.StatusCode.NOT_FOUND.value[0], closed[2].code)
        self.assertEqual("UNKNOWN_TOPIC", closed[2].info.reason)
        stream.half_close()
        self.assertIsNone(stream.end())

    def test_plain_records_need_no_batch(self):
        topic = self.new_topic()
        stream = self.stream(self.log.Produce)
        stream.send(
            log_service_pb2.ProduceRequest(
                open=opening(topic),
                records=[log_service_pb2.NewRecord(value=b"plain")],
                expected_base_offset=0,
            )
        )
        stream.half_close()
        self.assertIsNone(stream.end())
        self.assertEqual([b"plain"], [each.value for each in self.stored(topic)])
