// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.taffrail.model.LogError;
import java.util.ArrayList;
import java.util.List;

/** An error as it came over the wire, to be compared with its row of the table. */
final class ErrorAnswer {
    private static final int MAX_BYTES = 1024;

    private final Status status;

    private ErrorAnswer(Status status) {
        this.status = status;
    }

    /** What ended a call. */
    static ErrorAnswer of(Throwable thrown) {
        Status status = StatusProto.fromThrowable(thrown);
        if (status == null) {
            throw new AssertionError("not the end of a call", thrown);
        }
        return new ErrorAnswer(status);
    }

    /** What ended a slot. */
    static ErrorAnswer of(Status closed) {
        return new ErrorAnswer(closed);
    }

    /** Whether it gives this error as its reason. */
    boolean isOf(LogError error) {
        return details(ErrorInfo.class).stream()
                .anyMatch(info -> info.getReason().equals(error.name()));
    }

    /** All that the table says of an error which no field is to blame for. */
    @CanIgnoreReturnValue
    ErrorAnswer is(LogError error) {
        hasTheRowOf(error);
        assertThat(details(BadRequest.class)).as("%s", status).isEmpty();
        return this;
    }

    /** The same for an error that a field is to blame for, by its path in the request. */
    @CanIgnoreReturnValue
    ErrorAnswer is(LogError error, String field) {
        hasTheRowOf(error);
        assertThat(details(BadRequest.class))
                .as("%s", status)
                .singleElement()
                .satisfies(
                        request -> {
                            assertThat(request.getFieldViolationsList())
                                    .extracting(BadRequest.FieldViolation::getField)
                                    .containsExactly(field);
                            assertThat(request.getFieldViolations(0).getDescription()).isNotEmpty();
                        });
        return this;
    }

    private void hasTheRowOf(LogError error) {
        assertThat(details(ErrorInfo.class))
                .as("%s", status)
                .singleElement()
                .satisfies(
                        info -> {
                            assertThat(info.getReason()).isEqualTo(error.name());
                            assertThat(info.getDomain()).isEqualTo("taffrail.io");
                            assertThat(error.metadataKeys())
                                    .containsAll(info.getMetadataMap().keySet());
                        });
        assertThat(io.grpc.Status.fromCodeValue(status.getCode()).getCode().name())
                .isEqualTo(error.code().name());
        assertThat(details(RetryInfo.class)).hasSize(error.retriable() ? 1 : 0);
        assertThat(status.getSerializedSize()).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(status.getMessage()).isNotBlank();
    }

    /** Part of its metadata. */
    @CanIgnoreReturnValue
    ErrorAnswer with(String key, Object value) {
        assertThat(details(ErrorInfo.class).get(0).getMetadataMap())
                .as("%s", status)
                .containsEntry(key, String.valueOf(value));
        return this;
    }

    /** The message for people names what was wrong. */
    @CanIgnoreReturnValue
    ErrorAnswer says(Object... words) {
        for (Object word : words) {
            assertThat(status.getMessage()).contains(String.valueOf(word));
        }
        return this;
    }

    private <T extends Message> List<T> details(Class<T> type) {
        List<T> found = new ArrayList<>();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    found.add(detail.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError("a detail that cannot be read", e);
                }
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return status.toString();
    }
}
