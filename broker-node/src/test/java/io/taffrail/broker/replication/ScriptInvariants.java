// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** What always holds, looked at after every step of a {@link ReplicationScript}. */
final class ScriptInvariants {
    /** An entry of a log, whole. */
    record Stored(long baseOffset, long endOffset, int epoch, ByteBuffer bytes) {
        List<String> values() {
            return Entries.values(bytes.duplicate());
        }
    }

    private final ReplicationScript script;
    private final Map<CompletableFuture<Optional<LogFailure>>, List<String>> sent =
            new LinkedHashMap<>();
    private final Map<Integer, Integer> leaders = new HashMap<>(); // by epoch
    private final Map<Integer, Long> highWatermarks = new HashMap<>(); // by epoch
    private final Set<Integer> leftOut = new TreeSet<>();
    private boolean mayLose;
    private boolean compacts;

    ScriptInvariants(ReplicationScript script) {
        this.script = script;
    }

    /** From now on what was acknowledged may be gone: the election was not clean. */
    void mayLose() {
        mayLose = true;
    }

    /** The bytes of this broker are being damaged. */
    void leavesOut(int id) {
        leftOut.add(id);
    }

    /** Logs are compacted: they are compared by the records that both have. */
    void compacts() {
        compacts = true;
    }

    void sent(CompletableFuture<Optional<LogFailure>> answer, List<String> values) {
        sent.put(answer, values);
    }

    void check() throws IOException {
        List<ScriptBroker> open =
                script.brokers().stream()
                        .filter(each -> each.hasReplica() && !leftOut.contains(each.id()))
                        .filter(each -> each.openLog().isPresent())
                        .filter(each -> each.log().damage().isEmpty() && !each.disk().isPowerOff())
                        .toList();
        for (ScriptBroker broker : open) {
            epochsRise(broker.log());
            if (broker.leads()) {
                oneLeader(broker);
                everyMemberHasWhatIsCommitted(broker, open);
            }
        }
        for (ScriptBroker one : open) {
            for (ScriptBroker other : open) {
                if (one.id() < other.id() && !compacts) {
                    logsMatch(one.log(), other.log());
                }
            }
        }
        open.stream()
                .filter(each -> each.leads() && each.leader().leaderEpoch() == script.leaderEpoch())
                .findFirst()
                .ifPresent(this::nothingIsLost);
    }

    /** I1. */
    private static void epochsRise(PartitionLog log) throws IOException {
        int last = 0;
        for (Stored entry : entries(log)) {
            assertThat(entry.epoch()).as("I1, in %s", log.directory()).isGreaterThanOrEqualTo(last);
            last = entry.epoch();
        }
    }

    /** I1, and I3: it never falls within an epoch. */
    private void oneLeader(ScriptBroker broker) {
        int epoch = broker.leader().leaderEpoch();
        assertThat(leaders.computeIfAbsent(epoch, any -> broker.id()))
                .as("I1, epoch %d", epoch)
                .isEqualTo(broker.id());
        long highWatermark = broker.log().highWatermark();
        Long before = highWatermarks.put(epoch, highWatermark);
        assertThat(highWatermark)
                .as("I3, epoch %d", epoch)
                .isGreaterThanOrEqualTo(before == null ? 0 : before);
    }

    /** I3, I10: members have it, and have it on their disks. */
    private void everyMemberHasWhatIsCommitted(ScriptBroker leader, List<ScriptBroker> open) {
        if (mayLose || leader.leader().leaderEpoch() != script.leaderEpoch()) {
            return; // members have gone on without it
        }
        for (ScriptBroker member : open) {
            if (script.entry().isr().contains(member.id())) {
                assertThat(member.log().durableEndOffset())
                        .as("I3, %s below the high watermark of %s", member, leader)
                        .isGreaterThanOrEqualTo(leader.log().highWatermark());
            }
        }
    }

    /** I2. */
    private static void logsMatch(PartitionLog one, PartitionLog other) throws IOException {
        List<Stored> ones = entries(one);
        List<Stored> others = entries(other);
        long from = Math.max(one.logStartOffset(), other.logStartOffset());
        long agreed = -1;
        for (Stored entry : ones) {
            boolean common =
                    others.stream()
                            .anyMatch(
                                    each ->
                                            each.baseOffset() == entry.baseOffset()
                                                    && each.epoch() == entry.epoch());
            agreed = common ? entry.endOffset() : agreed;
        }
        long end = agreed;
        assertThat(between(ones, from, end))
                .as("I2, %s and %s up to %d", one.directory(), other.directory(), end)
                .isEqualTo(between(others, from, end));
    }

    private static List<Stored> between(List<Stored> entries, long from, long end) {
        return entries.stream()
                .filter(each -> each.endOffset() > from && each.baseOffset() < end)
                .toList();
    }

    /** I5. */
    private void nothingIsLost(ScriptBroker leader) {
        if (mayLose || leader.log().logStartOffset() > 0 || compacts) {
            return;
        }
        List<String> values = values(leader.log());
        sent.forEach(
                (answer, acknowledged) -> {
                    if (answer.isDone() && answer.join().isEmpty()) {
                        assertThat(values).as("I5, at %s", leader).containsAll(acknowledged);
                    }
                });
    }

    static List<String> values(PartitionLog log) {
        try {
            List<String> values = new ArrayList<>();
            entries(log).forEach(entry -> values.addAll(entry.values()));
            return values;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** All entries, as far as they can be read. */
    static List<Stored> entries(PartitionLog log) throws IOException {
        List<Stored> found = new ArrayList<>();
        long next = log.logStartOffset();
        while (next < log.logEndOffset()) {
            LogReadResult result = log.read(next, Long.MAX_VALUE, 1 << 20);
            if (!(result instanceof LogSlice slice) || slice.bytes() == 0) {
                return found;
            }
            try (slice) {
                ByteBuffer bytes = slice.copy();
                for (int at = 0; at < bytes.limit(); ) {
                    int length = RecordBatchLayout.entryBytes(bytes, at);
                    found.add(
                            new Stored(
                                    RecordBatchLayout.baseOffset(bytes, at),
                                    RecordBatchLayout.endOffset(bytes, at),
                                    RecordBatchLayout.leaderEpoch(bytes, at),
                                    bytes.slice(at, length).order(bytes.order())));
                    at += length;
                }
                next = slice.nextOffset();
            }
        }
        return found;
    }
}
