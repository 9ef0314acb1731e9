# SPDX-License-Identifier: Apache-2.0
"""What a call or a slot failed with, read out of its status as any client can."""

from google.rpc import error_details_pb2
from google.rpc import status_pb2

TRAILER = "grpc-status-details-bin"


class Failure:
    """A google.rpc.Status with the details that Taffrail puts into it."""

    def __init__(self, status):
        self.code = status.code
        self.message = status.message
        self.bytes = status.ByteSize()
        self.info = _detail(status, error_details_pb2.ErrorInfo)
        self.retry = _detail(status, error_details_pb2.RetryInfo)
        self.bad_request = _detail(status, error_details_pb2.BadRequest)

    @classmethod
    def of_call(cls, error):
        """Of what grpc raised: its trailers have the status."""
        trailers = {each.key: each.value for each in error.trailing_metadata()}
        if TRAILER not in trailers:
            raise AssertionError(f"not a decision of Taffrail's: {error}")
        failure = cls(status_pb2.Status.FromString(trailers[TRAILER]))
        if failure.code != error.code().value[0]:
            raise AssertionError(f"the trailers say {failure.code}, the call {error.code()}")
        return failure


def _detail(status, kind):
    for detail in status.details:
        found = kind()
        if detail.Unpack(found):
            return found
    return None
