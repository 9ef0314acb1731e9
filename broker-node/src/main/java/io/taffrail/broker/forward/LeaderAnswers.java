// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.forward;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.LogError;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** How the client is told of what ended at the leader, or on the way there. */
final class LeaderAnswers {
    /** Codes that the leader's own decisions have also without a reason. */
    private static final Set<Code> DECIDED =
            EnumSet.of(Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED, Code.UNIMPLEMENTED);

    private LeaderAnswers() {}

    /** A slot ended with {@code closed}. */
    static Status closed(Status said, Elsewhere leader) {
        Optional<LogFailure> failure = StatusTranslator.fromStatus(said);
        // It is the leader that stops; this broker can go on to serve the client.
        return failure.isPresent() && failure.get().error() == LogError.SHUTTING_DOWN
                ? unknown(leader, "the leader of %s is stopping".formatted(leader.partition()))
                : said;
    }

    /** A call ended, and with it what was open in it. */
    static Status ended(io.grpc.Status status, Metadata trailers, Elsewhere leader) {
        if (StatusTranslator.fromTrailers(status, trailers).isPresent()
                || DECIDED.contains(status.getCode())) {
            return closed(StatusProto.fromStatusAndTrailers(status, trailers), leader);
        }
        return unknown(
                leader,
                "broker %d, which leads %s, cannot be reached: %s %s"
                        .formatted(
                                leader.leaderId(),
                                leader.partition(),
                                status.getCode(),
                                Optional.ofNullable(status.getDescription()).orElse("")));
    }

    /** As {@link #ended(io.grpc.Status, Metadata, Elsewhere)}, of what a call failed with. */
    static Status ended(Throwable thrown, Elsewhere leader) {
        Metadata trailers = io.grpc.Status.trailersFromThrowable(thrown);
        return ended(
                io.grpc.Status.fromThrowable(thrown),
                trailers == null ? new Metadata() : trailers,
                leader);
    }

    private static Status unknown(Elsewhere leader, String message) {
        return StatusTranslator.toStatus(
                LogFailure.of(LogError.LEADER_UNKNOWN, message)
                        .with("leader_epoch", leader.leaderEpoch()));
    }
}
