# SPDX-License-Identifier: Apache-2.0
import grpc
from taffrail.v1 import log_service_pb2
from taffrail.v1 import records_pb2

import batches
from failures import Failure
from server import ServerTest

NOW_MS = 1_700_000_000_000
BATCHES = 40
RECORDS_PER_BATCH = 5
RECORDS = BATCHES * RECORDS_PER_BATCH
QUIET_S = 0.3  # long enough to notice a server that sends without credit

EARLIEST = log_service_pb2.StartPosition(anchor=log_service_pb2.ANCHOR_EARLIEST)


def value_of(offset):
    return b"%d " % offset * 20


def batch_of(number):
    """Every other batch is compressed."""
    first = number * RECORDS_PER_BATCH
    records = [
        records_pb2.Record(key=b"k", value=value_of(offset))
        for offset in range(first, first + RECORDS_PER_BATCH)
    ]
    compression = records_pb2.COMPRESSION_GZIP if number % 2 else records_pb2.COMPRESSION_NONE
    return batches.encode(records, NOW_MS, compression, checksum=True)


def cost_of(batch):
    return batches.HEADER_BYTES + len(batch.records)


class FetchTest(ServerTest):
    def filled_topic(self):
        topic = self.new_topic()
        stream = self.stream(self.log.Produce)
        for number in range(BATCHES):
            request = log_service_pb2.ProduceRequest(batches=[batch_of(number)])
            if number == 0:
                request.open.topic = topic
            stream.send(request)
            while not stream.answer().acks:
                pass  # opened
        return topic

    def fetch(self, slot=0, **opening):
        stream = self.stream(self.log.Fetch)
        stream.send(
            log_service_pb2.FetchRequest(slot=slot, open=log_service_pb2.FetchOpen(**opening))
        )
        return stream

    def test_pulls_batches_on_credit(self):
        credit = 2_000
        stream = self.fetch(
            topic=self.filled_topic(),
            start=EARLIEST,
            demand=log_service_pb2.Demand(bytes=credit),
            max_response_bytes=1_000,
        )
        opened = stream.answer()
        self.assertEqual(0, opened.opened.next.offset)
        seen = []
        while len(seen) < RECORDS:
            if credit <= 0:
                early = stream.answer_within(QUIET_S)
                self.assertFalse(early and early.batches, "sent without credit")
                stream.send(log_service_pb2.FetchRequest(demand={"bytes": 2_000 - credit}))
                credit = 2_000
            answer = stream.answer()
            self.assertEqual(sum(map(cost_of, answer.batches)), answer.cost_bytes)
            for batch in answer.batches:
                self.assertGreater(credit, 0, "overdrawn by more than one batch")
                credit -= cost_of(batch)
                seen += batches.decode(batch)
            self.assertEqual(len(seen), answer.next.offset)
        self.assertEqual(list(range(RECORDS)), [offset for offset, _ in seen])
        self.assertTrue(all(value_of(offset) == record.value for offset, record in seen))

    def test_pulls_batches_and_grants_back_what_they_cost(self):
        stream = self.fetch(
            topic=self.filled_topic(),
            start=EARLIEST,
            demand=log_service_pb2.Demand(bytes=1, records=1),
            end_offset=RECORDS,
        )
        seen = []
        while len(seen) < RECORDS:
            answer = stream.answer()
            for batch in answer.batches:
                self.assertEqual(batches.crc32c(batches.stored_body(batch)), batch.crc32c)
                seen += batches.decode(batch)
            if answer.batches:
                self.assertEqual(1, len(answer.batches), "overdrawn by more than one batch")
                self.assertEqual(RECORDS_PER_BATCH, answer.cost_records)
                demand = {"bytes": answer.cost_bytes, "records": answer.cost_records}
                stream.send(log_service_pb2.FetchRequest(demand=demand))
        self.assertEqual(list(range(RECORDS)), [offset for offset, _ in seen])
        self.assertIsNone(stream.end())

    def test_pulls_records_without_a_codec_of_its_own(self):
        first = RECORDS_PER_BATCH + 2  # inside of a compressed batch
        stream = self.fetch(
            topic=self.filled_topic(),
            start=log_service_pb2.StartPosition(position={"offset": first}),
            delivery=log_service_pb2.DELIVERY_RECORDS,
            demand=log_service_pb2.Demand(records=10),
            end_offset=RECORDS,
        )
        seen = []
        while len(seen) < RECORDS - first:
            answer = stream.answer()
            self.assertEqual(0, len(answer.batches))
            self.assertEqual(len(answer.records), answer.cost_records)
            self.assertEqual(sum(each.ByteSize() for each in answer.records), answer.cost_bytes)
            seen += answer.records
            if answer.records:
                stream.send(log_service_pb2.FetchRequest(demand={"records": len(answer.records)}))
        self.assertEqual(list(range(first, RECORDS)), [each.offset for each in seen])
        self.assertTrue(all(value_of(each.offset) == each.value for each in seen))
        self.assertIsNone(stream.end())

    def test_slots_are_pulled_each_at_its_own_pace(self):
        topic = self.filled_topic()
        stream = self.stream(self.log.Fetch)
        for slot in (1, 2):
            stream.send(
                log_service_pb2.FetchRequest(
                    slot=slot,
                    open=log_service_pb2.FetchOpen(
                        topic=topic,
                        start=EARLIEST,
                        demand=log_service_pb2.Demand(records=1),
                        max_response_bytes=1,
                        end_offset=RECORDS,
                    ),
                )
            )
        received = {1: 0, 2: 0}
        while True:  # slot 1 is granted what it consumes, slot 2 is not
            answer = stream.answer()
            received[answer.slot] += answer.cost_records
            if answer.HasField("closed"):
                break
            if answer.slot == 1 and answer.batches:
                demand = {"records": answer.cost_records}
                stream.send(log_service_pb2.FetchRequest(slot=1, demand=demand))
        self.assertEqual((1, grpc.StatusCode.OK.value[0]), (answer.slot, answer.closed.code))
        self.assertEqual(RECORDS, received[1])

        stream.send(log_service_pb2.FetchRequest(slot=2, close=log_service_pb2.FetchClose()))
        while not (answer.slot == 2 and answer.HasField("closed")):
            answer = stream.answer()
            received[answer.slot] += answer.cost_records
        self.assertEqual(grpc.StatusCode.OK.value[0], answer.closed.code)
        self.assertEqual(RECORDS_PER_BATCH, received[2])

    def test_a_stream_tells_in_its_trailers_why_it_ended(self):
        topic = self.filled_topic()
        outside = log_service_pb2.StartPosition(position={"offset": RECORDS + 1})
        failure = self.fetch(topic=topic, start=outside).end()
        self.assert_out_of_range(failure)

    def test_a_slot_tells_why_it_was_closed(self):
        topic = self.filled_topic()
        outside = log_service_pb2.StartPosition(position={"offset": RECORDS + 1})
        answer = self.fetch(slot=1, topic=topic, start=outside).answer()
        self.assertEqual(1, answer.slot)
        self.assert_out_of_range(Failure(answer.closed))

    def assert_out_of_range(self, failure):
        self.assertEqual(grpc.StatusCode.OUT_OF_RANGE.value[0], failure.code)
        self.assertEqual("OFFSET_OUT_OF_RANGE", failure.info.reason)
        self.assertEqual(
            {"log_start_offset": "0", "high_watermark": str(RECORDS)},
            dict(failure.info.metadata),
        )
        self.assertIsNone(failure.retry)
