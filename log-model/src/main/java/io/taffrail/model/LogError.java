// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

import static io.taffrail.model.LogError.CanonicalCode.ABORTED;
import static io.taffrail.model.LogError.CanonicalCode.ALREADY_EXISTS;
import static io.taffrail.model.LogError.CanonicalCode.DATA_LOSS;
import static io.taffrail.model.LogError.CanonicalCode.DEADLINE_EXCEEDED;
import static io.taffrail.model.LogError.CanonicalCode.FAILED_PRECONDITION;
import static io.taffrail.model.LogError.CanonicalCode.INVALID_ARGUMENT;
import static io.taffrail.model.LogError.CanonicalCode.NOT_FOUND;
import static io.taffrail.model.LogError.CanonicalCode.OUT_OF_RANGE;
import static io.taffrail.model.LogError.CanonicalCode.RESOURCE_EXHAUSTED;
import static io.taffrail.model.LogError.CanonicalCode.UNAVAILABLE;
import static io.taffrail.model.LogError.Outcome.MAYBE_WRITTEN;
import static io.taffrail.model.LogError.Outcome.NOT_A_WRITE;
import static io.taffrail.model.LogError.Outcome.NOT_WRITTEN;

import java.util.List;

/**
 * Every error that Taffrail answers on purpose. The constant's name is the {@code reason} of the
 * {@code ErrorInfo} that a client sees; its fields say what it means for a client. Translated to a
 * gRPC status in {@code grpc-api} and nowhere else.
 */
public enum LogError {
    /**
     * This broker does not lead the partition. Reopen at the leader, which the metadata names, or
     * here after a back-off.
     */
    NOT_LEADER(UNAVAILABLE, MAYBE_WRITTEN, true, "leader_id", "leader_address", "leader_epoch"),
    /**
     * The partition has no leader at present, or this broker does not know it yet. Reopen after a
     * back-off.
     */
    LEADER_UNKNOWN(UNAVAILABLE, MAYBE_WRITTEN, true, "leader_id", "leader_address", "leader_epoch"),
    /** This broker is stopping. Reopen at another one. */
    SHUTTING_DOWN(UNAVAILABLE, MAYBE_WRITTEN, true, "leader_id", "leader_address", "leader_epoch"),
    /**
     * The broker ends the stream on purpose, at an answer's boundary: leadership moved or the
     * connection is old. Reopen at once.
     */
    RECONNECT(UNAVAILABLE, MAYBE_WRITTEN, true, "leader_id", "leader_address", "leader_epoch"),
    /**
     * The ISR is below the effective min ISR; refused before anything was written. Retry with a
     * back-off.
     */
    NOT_ENOUGH_REPLICAS(UNAVAILABLE, NOT_WRITTEN, true, "in_sync", "required"),
    /**
     * Written to the leader, not committed within the request's timeout. Unknown: resend with the
     * same sequence.
     */
    NOT_COMMITTED_IN_TIME(DEADLINE_EXCEEDED, MAYBE_WRITTEN, false),
    /**
     * The client's or replica's leader epoch, or its broker epoch, is not the current one. Refresh
     * the metadata, retry.
     */
    STALE_EPOCH(ABORTED, NOT_WRITTEN, false, "current_epoch"),
    /**
     * The log was cut below the reader's position by an unclean election: data was lost. The reader
     * decides (KIP-320).
     */
    LOG_TRUNCATED(ABORTED, NOT_A_WRITE, false, "diverging_offset", "diverging_epoch"),
    /** Compare-and-append: the log end is not where the writer expected it. Read, then decide. */
    OFFSET_MISMATCH(ABORTED, NOT_WRITTEN, false, "log_end_offset"),
    /** The offset lies before the log start or beyond the log end. Choose a start. */
    OFFSET_OUT_OF_RANGE(OUT_OF_RANGE, NOT_A_WRITE, false, "log_start_offset", "high_watermark"),
    /**
     * The batch's sequence leaves a gap after the last one stored. Settle what is unanswered, then
     * InitProducer.
     */
    OUT_OF_ORDER_SEQUENCE(FAILED_PRECONDITION, NOT_WRITTEN, false, "expected_sequence"),
    /**
     * Nothing is known of the producer and its sequence is not 0. Settle what is unanswered, then
     * InitProducer.
     */
    UNKNOWN_PRODUCER(FAILED_PRECONDITION, NOT_WRITTEN, false, "expected_sequence"),
    /** A newer instance of this producer has written. Stop. */
    PRODUCER_FENCED(FAILED_PRECONDITION, NOT_WRITTEN, false, "expected_sequence"),
    /** The batch breaks a rule of the format; the message names the field. Fix the client. */
    INVALID_BATCH(INVALID_ARGUMENT, NOT_WRITTEN, false, "limit"),
    /**
     * The batch uses a flag, codec or field that is unknown here or may not be produced. Fix or
     * downgrade the client.
     */
    UNSUPPORTED_FORMAT(INVALID_ARGUMENT, NOT_WRITTEN, false, "limit"),
    /**
     * The batch is larger than the topic, the broker or the reader allows. Send or accept other
     * sizes.
     */
    BATCH_TOO_LARGE(INVALID_ARGUMENT, NOT_WRITTEN, false, "limit", "offset", "size"),
    /** A configuration key or value is unknown or out of range. Fix it. */
    INVALID_CONFIG(INVALID_ARGUMENT, NOT_WRITTEN, false, "limit"),
    /** No such topic or partition. */
    UNKNOWN_TOPIC(NOT_FOUND, NOT_WRITTEN, false),
    /** A topic of that name exists. */
    TOPIC_EXISTS(ALREADY_EXISTS, NOT_WRITTEN, false),
    /**
     * The disk is at its reserve: reads go on, appends are refused until there is room. Retry after
     * the given delay.
     */
    DISK_FULL(RESOURCE_EXHAUSTED, NOT_WRITTEN, true),
    /** The client is above its quota. Retry after the given delay. */
    QUOTA_EXCEEDED(RESOURCE_EXHAUSTED, NOT_WRITTEN, true),
    /** The broker is above one of its limits. Retry after the given delay. */
    OVERLOADED(RESOURCE_EXHAUSTED, NOT_WRITTEN, true),
    /** This replica's bytes at the offset are damaged. Another replica, or an operator. */
    CORRUPT_LOG(DATA_LOSS, NOT_A_WRITE, false, "offset"),
    /**
     * This broker's disk did not give the bytes at the offset, which may well be whole. Retry with
     * a back-off: another broker may lead by then. If it stays, an operator looks at the disk.
     */
    READ_FAILED(UNAVAILABLE, NOT_A_WRITE, true, "offset"),
    /**
     * This node is not the active controller. The broker that serves as the door retries by itself.
     */
    NOT_CONTROLLER(UNAVAILABLE, MAYBE_WRITTEN, true, "controller_id", "controller_address");

    /** The canonical status codes of gRPC that are used here, by the same names. */
    public enum CanonicalCode {
        UNAVAILABLE,
        DEADLINE_EXCEEDED,
        ABORTED,
        OUT_OF_RANGE,
        FAILED_PRECONDITION,
        INVALID_ARGUMENT,
        NOT_FOUND,
        ALREADY_EXISTS,
        RESOURCE_EXHAUSTED,
        DATA_LOSS
    }

    /** What a writer knows of its write after the error. */
    public enum Outcome {
        /** Certainly not written. */
        NOT_WRITTEN,
        /** Perhaps written: to be sent again with the same sequence, which writes it once. */
        MAYBE_WRITTEN,
        /** Only readers see this error. */
        NOT_A_WRITE
    }

    private final CanonicalCode code;
    private final Outcome outcome;
    private final boolean retriable;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> metadataKeys;

    LogError(CanonicalCode code, Outcome outcome, boolean retriable, String... metadataKeys) {
        this.code = code;
        this.outcome = outcome;
        this.retriable = retriable;
        this.metadataKeys = List.of(metadataKeys);
    }

    public CanonicalCode code() {
        return code;
    }

    public Outcome outcome() {
        return outcome;
    }

    /**
     * Whether the same request may succeed later without a change: such an answer carries a {@code
     * RetryInfo}.
     */
    public boolean retriable() {
        return retriable;
    }

    /** The metadata that an answer may carry, by their names in {@code ErrorInfo}. */
    public List<String> metadataKeys() {
        return metadataKeys;
    }
}
