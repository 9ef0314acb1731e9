// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.client.TaffrailException;
import io.taffrail.model.LogError;
import java.util.Optional;

/** What to do about what a cluster refused, in the words of the command line. */
final class Advice {
    private Advice() {}

    /** The message, and what to do if that can be told. */
    static String sentence(TaffrailException e) {
        return e.getMessage() + forReason(e).map(advice -> ". " + advice).orElse("");
    }

    /**
     * What to do about that for which a command of several steps failed, as an end of its message.
     */
    static String behind(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof TaffrailException refused && refused.reason().isPresent()) {
                return forReason(refused).map(advice -> ". " + advice).orElse("");
            }
        }
        return "";
    }

    private static Optional<String> forReason(TaffrailException e) {
        if (e.reason().isEmpty()) {
            return e.code().equals("UNAVAILABLE")
                    ? Optional.of("--bootstrap names other brokers")
                    : Optional.empty();
        }
        return forReason(e.reason().get());
    }

    private static Optional<String> forReason(LogError reason) {
        return switch (reason) {
            case UNKNOWN_TOPIC ->
                    Optional.of(
                            "'taffrail topic list' shows what there is, 'taffrail topic create'"
                                    + " makes a topic");
            case TOPIC_EXISTS ->
                    Optional.of(
                            "'taffrail topic describe' shows it; with --if-not-exists that is no"
                                    + " failure");
            case OFFSET_OUT_OF_RANGE ->
                    Optional.of("'taffrail topic offsets' shows where partitions begin and end");
            case NOT_ENOUGH_REPLICAS, LEADER_UNKNOWN ->
                    Optional.of("'taffrail cluster health' says what is wrong");
            case BATCH_TOO_LARGE ->
                    Optional.of("The topic's setting max.message.bytes says how much it takes");
            case DISK_FULL -> Optional.of("Make room on the broker's disk, then try again");
            case READ_FAILED -> Optional.of("Look at that broker's disk, and at its log");
            default -> Optional.empty();
        };
    }
}
