// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.taffrail.model.LogError;
import java.io.IOException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusTranslatorTest {
    @ParameterizedTest
    @CsvSource({
        "NOT_LEADER, UNAVAILABLE",
        "LEADER_UNKNOWN, UNAVAILABLE",
        "SHUTTING_DOWN, UNAVAILABLE",
        "RECONNECT, UNAVAILABLE",
        "NOT_ENOUGH_REPLICAS, UNAVAILABLE",
        "NOT_COMMITTED_IN_TIME, DEADLINE_EXCEEDED",
        "STALE_EPOCH, ABORTED",
        "LOG_TRUNCATED, ABORTED",
        "OFFSET_MISMATCH, ABORTED",
        "OFFSET_OUT_OF_RANGE, OUT_OF_RANGE",
        "OUT_OF_ORDER_SEQUENCE, FAILED_PRECONDITION",
        "UNKNOWN_PRODUCER, FAILED_PRECONDITION",
        "PRODUCER_FENCED, FAILED_PRECONDITION",
        "INVALID_BATCH, INVALID_ARGUMENT",
        "UNSUPPORTED_FORMAT, INVALID_ARGUMENT",
        "BATCH_TOO_LARGE, INVALID_ARGUMENT",
        "INVALID_CONFIG, INVALID_ARGUMENT",
        "UNKNOWN_TOPIC, NOT_FOUND",
        "TOPIC_EXISTS, ALREADY_EXISTS",
        "DISK_FULL, RESOURCE_EXHAUSTED",
        "QUOTA_EXCEEDED, RESOURCE_EXHAUSTED",
        "OVERLOADED, RESOURCE_EXHAUSTED",
        "CORRUPT_LOG, DATA_LOSS",
        "READ_FAILED, UNAVAILABLE",
        "NOT_CONTROLLER, UNAVAILABLE"
    })
    void hasTheCodeOfTheContract(LogError error, Code code) {
        StatusRuntimeException thrown = StatusTranslator.toException(LogFailure.of(error, "why"));

        assertThat(thrown.getStatus().getCode()).isEqualTo(code);
        assertThat(thrown.getStatus().getDescription()).isEqualTo("why");
    }

    @Test
    void theTableAboveIsWhole() {
        assertThat(LogError.values()).hasSize(25);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromTrailers(LogError error) {
        LogFailure failure = FailureSamples.full(error, "host:9650");

        StatusRuntimeException thrown = StatusTranslator.toException(failure);
        assertThat(StatusTranslator.fromException(thrown)).contains(failure);
        assertThat(StatusTranslator.fromTrailers(thrown.getStatus(), thrown.getTrailers()))
                .contains(failure);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromASlotsStatus(LogError error) {
        LogFailure failure = FailureSamples.full(error, "7");

        assertThat(StatusTranslator.fromStatus(StatusTranslator.toStatus(failure)))
                .contains(failure);
    }

    @ParameterizedTest
    @EnumSource
    void carriesTheDetailsThatClientsOfAnyLanguageLookFor(LogError error) throws IOException {
        Status status = StatusTranslator.toStatus(FailureSamples.full(error, "7"));

        ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getDomain()).isEqualTo("taffrail.io");
        assertThat(info.getReason()).isEqualTo(error.name());
        assertThat(info.getMetadataMap().keySet())
                .containsExactlyInAnyOrderElementsOf(error.metadataKeys());
        assertThat(status.getDetailsList().stream().anyMatch(any -> any.is(RetryInfo.class)))
                .isEqualTo(error.retriable());
        assertThat(status.getDetailsList().stream().anyMatch(any -> any.is(BadRequest.class)))
                .isEqualTo(error.code() == LogError.CanonicalCode.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource
    void staysSmallWithLongTexts(LogError error) {
        LogFailure failure =
                FailureSamples.full(error, "ü".repeat(5_000)).inField("f".repeat(10_000));

        Status status = StatusTranslator.toStatus(failure);

        assertThat(status.getSerializedSize()).isLessThanOrEqualTo(1024);
        LogFailure read = StatusTranslator.fromStatus(status).orElseThrow();
        assertThat(read.error()).isEqualTo(error);
        assertThat(read.metadata().keySet()).isEqualTo(failure.metadata().keySet());
        assertThat(read.message()).startsWith("üüü").endsWith("…");
        assertThat(read.retryDelay()).isEqualTo(failure.retryDelay());
        assertThat(read.field().orElseThrow()).startsWith("fff").endsWith("…");
    }

    @Test
    void cutsOnlyTheLongestOfTheMetadata() {
        String address = "h".repeat(253) + ":9650";
        LogFailure failure =
                LogFailure.of(LogError.NOT_LEADER, "m".repeat(10_000))
                        .with("leader_id", Integer.MIN_VALUE)
                        .with("leader_address", address)
                        .with("leader_epoch", Integer.MIN_VALUE);

        LogFailure read =
                StatusTranslator.fromStatus(StatusTranslator.toStatus(failure)).orElseThrow();

        assertThat(read.metadata()).isEqualTo(failure.metadata());
    }

    @Property
    void staysSmallWithAnyTextAndKeepsTheReason(
            @ForAll LogError error,
            @ForAll String message,
            @ForAll String value,
            @ForAll String field) {
        LogFailure failure = FailureSamples.full(error, value).inField(field);
        Status status =
                StatusTranslator.toStatus(
                        new LogFailure(
                                error,
                                message.repeat(9),
                                failure.metadata(),
                                failure.field(),
                                failure.retryDelay()));

        assertThat(status.getSerializedSize())
                .isLessThanOrEqualTo(StatusTranslator.MAX_STATUS_BYTES);
        assertThat(StatusTranslator.fromStatus(status).map(LogFailure::error)).contains(error);
    }

    @Test
    void isEmptyForWhatTaffrailDidNotDecide() {
        assertThat(StatusTranslator.fromException(io.grpc.Status.UNAVAILABLE.asRuntimeException()))
                .isEmpty();
        assertThat(StatusTranslator.fromException(new IllegalStateException())).isEmpty();
        assertThat(StatusTranslator.fromStatus(Status.getDefaultInstance())).isEmpty();
        assertThat(StatusTranslator.fromStatus(with("example.com", "NOT_LEADER"))).isEmpty();
    }

    @Test
    void isEmptyForAReasonOfALaterVersion() {
        assertThat(StatusTranslator.fromStatus(with("taffrail.io", "TOO_EARLY"))).isEmpty();
    }

    @Test
    void passesOverMetadataOfALaterVersion() {
        Status status = with("taffrail.io", "UNKNOWN_TOPIC");

        assertThat(StatusTranslator.fromStatus(status).orElseThrow().metadata()).isEmpty();
    }

    @Test
    void hasTheUsualDelayWhereTheAnswerHasNone() {
        Status status = with("taffrail.io", "DISK_FULL");

        assertThat(StatusTranslator.fromStatus(status).orElseThrow().retryDelay())
                .contains(Duration.ofSeconds(1));
    }

    @Test
    void hasTheUsualDelayWhereTheAnswersIsNoDuration() {
        RetryInfo retry =
                RetryInfo.newBuilder()
                        .setRetryDelay(
                                com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(Long.MAX_VALUE)
                                        .setNanos(Integer.MAX_VALUE))
                        .build();
        Status status =
                with("taffrail.io", "DISK_FULL").toBuilder().addDetails(Any.pack(retry)).build();

        assertThat(StatusTranslator.fromStatus(status).orElseThrow().retryDelay())
                .contains(Duration.ofSeconds(1));
    }

    @Test
    void isEmptyForDetailsThatCannotBeRead() {
        Any broken =
                Any.pack(ErrorInfo.getDefaultInstance()).toBuilder()
                        .setValue(ByteString.copyFrom(new byte[] {(byte) 0xFF}))
                        .build();

        assertThat(StatusTranslator.fromStatus(Status.newBuilder().addDetails(broken).build()))
                .isEmpty();
    }

    @Test
    void isEmptyForTrailersOfAnotherCode() {
        Metadata trailers =
                StatusProto.toStatusRuntimeException(with("taffrail.io", "NOT_LEADER"))
                        .getTrailers();

        assertThat(
                        StatusTranslator.fromException(
                                io.grpc.Status.INTERNAL.asRuntimeException(trailers)))
                .isEmpty();
    }

    private static Status with(String domain, String reason) {
        ErrorInfo info =
                ErrorInfo.newBuilder()
                        .setDomain(domain)
                        .setReason(reason)
                        .putMetadata("color", "red")
                        .build();
        return Status.newBuilder()
                .setCode(Code.UNAVAILABLE.value())
                .addDetails(Any.pack(info))
                .build();
    }
}
