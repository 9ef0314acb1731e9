# SPDX-License-Identifier: Apache-2.0
"""The server under test, and how to speak with it."""

import os
import queue
import threading
import unittest
import uuid

import grpc
from taffrail.v1 import admin_service_pb2
from taffrail.v1 import admin_service_pb2_grpc
from taffrail.v1 import log_service_pb2_grpc

from failures import Failure

DEADLINE_S = 60  # of calls that are to be answered; generous, as the machine may be busy


class Stream:
    """A call of Produce or Fetch: requests are sent as they come, answers are taken one by one."""

    def __init__(self, method):
        self._requests = queue.SimpleQueue()
        self._answers = queue.SimpleQueue()
        self._call = method(iter(self._requests.get, None), timeout=DEADLINE_S)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for answer in self._call:
                self._answers.put(answer)
            self._answers.put(None)
        except grpc.RpcError as error:
            self._answers.put(error)

    def send(self, request):
        self._requests.put(request)

    def half_close(self):
        self._requests.put(None)

    def cancel(self):
        self._call.cancel()
        self.half_close()

    def answer(self):
        """The next answer. An end of the stream is a mistake here."""
        answer = self._answers.get(timeout=DEADLINE_S)
        if answer is None:
            raise AssertionError("the stream ended")
        if isinstance(answer, grpc.RpcError):
            raise answer
        return answer

    def answer_within(self, seconds):
        """The next answer, or None if there is none in this time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def end(self):
        """Passes over answers; returns the Failure that the stream ends with, None after OK."""
        while True:
            answer = self._answers.get(timeout=DEADLINE_S)
            if answer is None:
                return None
            if isinstance(answer, grpc.RpcError):
                return Failure.of_call(answer)


class ServerTest(unittest.TestCase):
    """A test with a connection to the server that the environment names."""

    def setUp(self):
        channel = grpc.insecure_channel(os.environ["TAFFRAIL_ADDRESS"])
        self.addCleanup(channel.close)
        self.log = log_service_pb2_grpc.LogServiceStub(channel)
        self.admin = admin_service_pb2_grpc.AdminServiceStub(channel)

    def new_topic(self, partition_count=1, **configs):
        """Creates a topic of this test's own; returns its name."""
        name = f"python-{uuid.uuid4()}"
        self.admin.CreateTopic(
            admin_service_pb2.CreateTopicRequest(
                topic=name, partition_count=partition_count, configs=configs
            ),
            timeout=DEADLINE_S,
        )
        return name

    def stream(self, method):
        stream = Stream(method)
        self.addCleanup(stream.cancel)
        return stream

    def failure_of(self, method, request):
        with self.assertRaises(grpc.RpcError) as raised:
            method(request, timeout=DEADLINE_S)
        return Failure.of_call(raised.exception)
