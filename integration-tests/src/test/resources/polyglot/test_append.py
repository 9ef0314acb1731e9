# SPDX-License-Identifier: Apache-2.0
import grpc
from taffrail.v1 import log_service_pb2
from taffrail.v1 import records_pb2

from server import DEADLINE_S
from server import ServerTest


class AppendTest(ServerTest):
    def append(self, topic, records, **more):
        request = log_service_pb2.AppendRequest(topic=topic, records=records, **more)
        return self.log.Append(request, timeout=DEADLINE_S)

    def read(self, topic, **more):
        request = log_service_pb2.ReadRequest(topic=topic, **more)
        return self.log.Read(request, timeout=DEADLINE_S)

    def test_reads_back_what_it_appended(self):
        topic = self.new_topic()
        records = [
            log_service_pb2.NewRecord(key=b"k", value=b"v", timestamp_ms=1_000),
            log_service_pb2.NewRecord(key=b"", value=b"", timestamp_ms=2_000),
            log_service_pb2.NewRecord(
                key=b"gone",
                timestamp_ms=500,
                headers=[
                    records_pb2.Header(key="trace", value=b"\x00\xff"),
                    records_pb2.Header(key="trace", value=b""),
                ],
            ),
        ]
        places = self.append(topic, records, partition=0).places
        self.assertEqual([0, 1, 2], [place.offset for place in places])

        response = self.read(topic)
        self.assertEqual(3, response.next.offset)
        self.assertEqual(3, response.high_watermark)
        self.assertEqual([0, 1, 2], [each.offset for each in response.records])
        for new, consumed in zip(records, response.records):
            for field in ("key", "value"):
                self.assertEqual(new.HasField(field), consumed.HasField(field))
                self.assertEqual(getattr(new, field), getattr(consumed, field))
            self.assertEqual(new.timestamp_ms, consumed.timestamp_ms)
            self.assertEqual(list(new.headers), list(consumed.headers))
            self.assertGreater(consumed.append_time_ms, 0)

    def test_records_of_one_key_go_to_one_partition(self):
        topic = self.new_topic(partition_count=4)
        records = [
            log_service_pb2.NewRecord(key=b"key-%d" % (i % 8), value=b"%d" % i) for i in range(64)
        ]
        places = self.append(topic, records).places
        partitions = {}
        for record, place in zip(records, places):
            partitions.setdefault(record.key, set()).add(place.partition)
        self.assertTrue(all(len(each) == 1 for each in partitions.values()), partitions)
        self.assertGreater(len({place.partition for place in places}), 1)

    def test_a_repeated_append_of_an_idempotent_producer_is_stored_once(self):
        topic = self.new_topic()
        producer = self.log.InitProducer(
            log_service_pb2.InitProducerRequest(), timeout=DEADLINE_S
        )
        request = dict(
            partition=0,
            producer_id=producer.producer_id,
            producer_epoch=producer.producer_epoch,
            base_sequence=0,
        )
        records = [log_service_pb2.NewRecord(value=b"once")]
        first = self.append(topic, records, **request).places[0]
        again = self.append(topic, records, **request).places[0]
        self.assertFalse(first.duplicate)
        self.assertTrue(again.duplicate)
        self.assertEqual(first.offset, again.offset)
        self.assertEqual(1, len(self.read(topic).records))

    def test_is_told_that_the_log_ends_elsewhere(self):
        topic = self.new_topic()
        self.append(topic, [log_service_pb2.NewRecord(value=b"v")], partition=0)
        failure = self.failure_of(
            self.log.Append,
            log_service_pb2.AppendRequest(
                topic=topic,
                partition=0,
                records=[log_service_pb2.NewRecord(value=b"w")],
                expected_base_offset=0,
            ),
        )
        self.assertEqual(grpc.StatusCode.ABORTED.value[0], failure.code)
        self.assertEqual("OFFSET_MISMATCH", failure.info.reason)
        self.assertEqual("taffrail.io", failure.info.domain)
        self.assertEqual({"log_end_offset": "1"}, dict(failure.info.metadata))
        self.assertIsNone(failure.retry)

    def test_is_told_when_to_try_again(self):
        topic = self.new_topic()
        failure = self.failure_of(
            self.log.Read, log_service_pb2.ReadRequest(topic=topic, leader_epoch=1_000_000)
        )
        self.assertEqual(grpc.StatusCode.UNAVAILABLE.value[0], failure.code)
        self.assertEqual("LEADER_UNKNOWN", failure.info.reason)
        self.assertGreater(failure.retry.retry_delay.ToMilliseconds(), 0)
        self.assertLessEqual(failure.bytes, 1024)
