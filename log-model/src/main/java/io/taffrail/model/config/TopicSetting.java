// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.config;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The settings of a topic. A topic's own value counts, else the cluster's default ({@code topic.}
 * and the name, in a node's configuration), else the one built in. Names are Kafka's where the
 * meaning is.
 */
public enum TopicSetting {
    CLEANUP_POLICY(
            "cleanup.policy",
            "delete",
            "What becomes of old records: delete (by retention.ms and retention.bytes), compact (keep the"
                    + " last record of each key), or compact,delete.",
            TopicSetting::policies),
    RETENTION_MS(
            "retention.ms",
            "604800000",
            "Milliseconds that a segment is kept after its last append; -1: for ever.",
            longFrom(-1)),
    RETENTION_BYTES(
            "retention.bytes",
            "-1",
            "Bytes of a partition's log that are kept; -1: all.",
            longFrom(-1)),
    SEGMENT_BYTES(
            "segment.bytes",
            "1073741824",
            "Size in bytes at which the active segment is closed; at least 1024.",
            intFrom(1 << 10)),
    SEGMENT_MS(
            "segment.ms",
            "604800000",
            "Age of the active segment's first entry, in milliseconds, at which it is closed; at least 1.",
            longFrom(1)),
    DELETE_RETENTION_MS(
            "delete.retention.ms",
            "86400000",
            "Milliseconds that compaction keeps a tombstone after it was appended.",
            longFrom(0)),
    MIN_INSYNC_REPLICAS(
            "min.insync.replicas",
            "",
            "In-sync replicas below which appends with acks=all are refused; unset: a majority of the"
                    + " replication factor.",
            value -> value.isEmpty() ? Optional.empty() : intFrom(1).apply(value)),
    MAX_MESSAGE_BYTES(
            "max.message.bytes",
            "1048576",
            "Largest batch in bytes, as stored; 128 to 134217728.",
            value ->
                    intFrom(1 << 7)
                            .apply(value)
                            .or(
                                    () ->
                                            Integer.parseInt(value) > 1 << 27
                                                    ? Optional.of("at most 134217728")
                                                    : Optional.empty())),
    UNCLEAN_LEADER_ELECTION_ENABLE(
            "unclean.leader.election.enable",
            "false",
            "Whether a replica that may lack committed records may be elected when no other is left:"
                    + " true or false.",
            oneOf("true", "false")),
    FLUSH(
            "flush",
            "commit",
            "When a replica counts a record as its own: commit (once fsync covered it) or os (once the"
                    + " operating system has it: a power cut may lose it).",
            oneOf("commit", "os")),
    TIMESTAMP(
            "timestamp",
            "create",
            "Which time is indexed, searched and shown: create (the producer's) or append (the leader's).",
            oneOf("create", "append")),
    RECOVERY(
            "recovery",
            "wait",
            "When no replica is known to be complete: wait (for an operator) or last-leader (elect the"
                    + " last leader when it returns, and report it).",
            oneOf("wait", "last-leader"));

    private final String key;
    private final String builtIn;
    private final String documentation;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Function<String, Optional<String>> allowed;

    TopicSetting(
            String key,
            String builtIn,
            String documentation,
            Function<String, Optional<String>> allowed) {
        this.key = key;
        this.builtIn = builtIn;
        this.documentation = documentation;
        this.allowed = allowed;
    }

    /** The name, such as {@code retention.ms}. */
    public String key() {
        return key;
    }

    /** The value where nobody sets another. */
    public String builtIn() {
        return builtIn;
    }

    /**
     * Whether it cannot be changed after the topic was made: the time index is written by {@code
     * timestamp}.
     */
    public boolean fixed() {
        return this == TIMESTAMP;
    }

    /** For people: meaning, unit, range. */
    public String documentation() {
        return documentation;
    }

    /** The setting of that name. */
    public static Optional<TopicSetting> named(String key) {
        return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** What is wrong with a value, as a sentence that names the setting; empty if nothing is. */
    public Optional<String> problemWith(String value) {
        return allowed.apply(value).map(rule -> key + " is '" + value + "': allowed is " + rule);
    }

    private static Function<String, Optional<String>> longFrom(long least) {
        return value -> {
            try {
                return Long.parseLong(value) >= least
                        ? Optional.empty()
                        : Optional.of("at least " + least);
            } catch (NumberFormatException e) {
                return Optional.of("a whole number from " + least);
            }
        };
    }

    private static Function<String, Optional<String>> intFrom(int least) {
        return value -> {
            try {
                return Integer.parseInt(value) >= least
                        ? Optional.empty()
                        : Optional.of("at least " + least);
            } catch (NumberFormatException e) {
                return Optional.of("a whole number from " + least + " to 2147483647");
            }
        };
    }

    private static Function<String, Optional<String>> oneOf(String... values) {
        List<String> allowed = List.of(values);
        return value ->
                allowed.contains(value)
                        ? Optional.empty()
                        : Optional.of(String.join(" or ", allowed));
    }

    private static Optional<String> policies(String value) {
        Set<String> policies = new LinkedHashSet<>(List.of(value.split(",", -1)));
        return Set.of("compact", "delete").containsAll(policies)
                ? Optional.empty()
                : Optional.of("delete, compact, or compact,delete");
    }
}
