// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.testing.TestReplicas;
import io.taffrail.logstore.AppendResult;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.logstore.recovery.CleanMark;
import io.taffrail.model.Acks;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.ProducedBatch;
import io.taffrail.model.batch.RecordBatchBuilder;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.config.TopicDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasTest {
    private static final int BROKER = 3;
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final TopicPartition PARTITION = new TopicPartition("orders", TOPIC, 0);
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir Path folder;
    private final ExecutorService blocking = Executors.newFixedThreadPool(2);
    private final List<ReplicaFaults.Report> reports = new ArrayList<>();
    private DataDirectory directory;
    private Replicas replicas;

    @BeforeEach
    void start() throws IOException {
        NioFileSystem files = new NioFileSystem();
        directory = DataDirectory.open(files, folder.resolve("data"), BROKER);
        replicas =
                new Replicas(
                        TestReplicas.environment(
                                BROKER, directory.directoryId(), new RecordedFaults(), blocking),
                        new ReplicaLogs(
                                files,
                                Clock.SYSTEM,
                                blocking,
                                new DiskReserve(files, directory.path(), Clock.SYSTEM, 0),
                                directory),
                        TopicDefaults.BUILT_IN);
    }

    private final class RecordedFaults implements ReplicaFaults {
        @Override
        public void reported(Report report) {
            reports.add(report);
        }

        @Override
        public void directorySlow(TopicPartition partition, Duration duration) {
            throw new AssertionError(duration.toString());
        }

        @Override
        public void directoryFailed(TopicPartition partition, IOException cause) {
            throw new AssertionError(cause);
        }
    }

    @AfterEach
    void stop() throws IOException {
        replicas.close();
        directory.close();
        blocking.shutdownNow();
    }

    private void restart(boolean clean) throws IOException {
        Optional<Map<String, Long>> ends = replicas.close();
        if (clean) {
            directory.storeBrokerEpoch(5);
            directory.writeCleanMark(new CleanMark(5, ends.orElseThrow()));
        }
        directory.close();
        start();
    }

    @Test
    void leadsWhatTheMetadataGivesItAndKeepsItOverARestart() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        assertThat(append("a", "b")).isEmpty();
        assertThat(read()).containsExactly("a", "b");
        restart(true);
        replicas.applyImage(image(20, partition(1, 1), Map.of()));
        assertThat(append("c")).isEmpty();
        assertThat(read()).containsExactly("a", "b", "c");
        assertThat(reports).isEmpty();
    }

    @Test
    void endsALeadershipWithItsEpochAndFailsThoseWhoWait() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        PartitionLeader first = leader();
        append("a");
        List<LogFailure> heard = new CopyOnWriteArrayList<>();
        first.subscribe(() -> first.ended().ifPresent(heard::add));
        replicas.applyChanges(
                image(11, partition(1, 1), Map.of()),
                List.of(new MetadataChange.PartitionChanged(partition(1, 1))));
        assertThat(first.ended().orElseThrow().error()).isEqualTo(LogError.NOT_LEADER);
        // perhaps twice: that "a" is committed is told by another thread, which may come late
        assertThat(heard).isNotEmpty().allMatch(failure -> failure.error() == LogError.NOT_LEADER);
        assertThat(first.append(List.of(batch("late")), OptionalLong.empty(), Acks.ALL, LONG))
                .isInstanceOf(AppendTicket.Refused.class);
        assertThat(leader().leaderEpoch()).isEqualTo(1);
        assertThat(append("b")).isEmpty();
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    void sendsEverybodyElsewhereWhenTheBrokerStops() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        PartitionLeader leader = leader();
        replicas.beginHandOver();
        PartitionEntry leaderless = leaderless(1, 1);
        replicas.applyChanges(
                image(11, leaderless, Map.of()),
                List.of(new MetadataChange.PartitionChanged(leaderless)));
        assertThat(leader.ended().orElseThrow().error()).isEqualTo(LogError.SHUTTING_DOWN);
    }

    @Test
    void deletesTheLogOfADeletedTopic() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        append("a");
        PartitionLeader leader = leader();
        replicas.applyChanges(
                MetadataImage.EMPTY.at(new MetadataVersion(1, 12)),
                List.of(new MetadataChange.TopicDeleted(TOPIC)));
        assertThat(leader.ended().orElseThrow().error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(replicas.counts().all()).isZero();
        blocking.shutdown();
        assertThat(blocking.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.logsDirectory()).isEmptyDirectory();
    }

    @Test
    void setsAsideWhatAnImageDoesNotNameAndFindsItAgain() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        append("a");
        PartitionLeader leader = leader();
        replicas.applyImage(MetadataImage.EMPTY.at(new MetadataVersion(1, 12)));
        assertThat(leader.ended()).isPresent();
        assertThat(logDirectory()).doesNotExist();
        assertThat(directory.strays()).hasSize(1);
        replicas.applyImage(image(13, partition(2, 2), Map.of())); // P4
        assertThat(read()).containsExactly("a");
    }

    @Test
    void setsAsideWhatItFindsOnTheDiskAndTheMetadataDoesNotName() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        append("a");
        restart(true);
        replicas.applyImage(MetadataImage.EMPTY.at(new MetadataVersion(1, 12)));
        assertThat(logDirectory()).doesNotExist();
        assertThat(directory.strays()).hasSize(1);
    }

    @Test
    void reportsAReplicaWhoseDirectoryIsGoneInsteadOfMakingAnEmptyOne() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        append("a");
        restart(false);
        try (var entries = Files.walk(logDirectory())) {
            for (Path path : entries.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
        replicas.applyImage(image(20, partition(1, 1), Map.of()));
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).fault()).isEqualTo(ReplicaFault.LOST);
        assertThat(replicas.leader(TOPIC, 0)).isEmpty();
        assertThat(logDirectory()).doesNotExist();
    }

    @Test
    void takesOverChangedSettings() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        assertThat(leader().config().flush()).isEqualTo(FlushPolicy.COMMIT);
        MetadataImage changed =
                image(11, partition(0, 0), Map.of("flush", "os", "max.message.bytes", "500"));
        replicas.applyChanges(
                changed,
                List.of(
                        new MetadataChange.TopicChanged(
                                changed.topic(TOPIC).orElseThrow().topic())));
        assertThat(leader().config().flush()).isEqualTo(FlushPolicy.OS);
        assertThat(append("x".repeat(600)).orElseThrow().error())
                .isEqualTo(LogError.BATCH_TOO_LARGE);
        assertThat(append("x")).isEmpty();
    }

    @Test
    void refusesBeforeItWritesWhenTooFewReplicasAreInSync() throws Exception {
        replicas.applyImage(image(10, entry(0, 0, 2), Map.of()));
        LogFailure failure = append("a").orElseThrow();
        assertThat(failure.error()).isEqualTo(LogError.NOT_ENOUGH_REPLICAS);
        assertThat(failure.metadata()).containsEntry("in_sync", "1").containsEntry("required", "2");
        assertThat(leader().logEndOffset()).isZero();
        AppendTicket leaderOnly =
                leader().append(List.of(batch("b")), OptionalLong.empty(), Acks.LEADER, LONG);
        assertThat(acknowledgement(leaderOnly)).isEmpty();
        assertThat(leader().highWatermark().orElseThrow()).isZero();
        // A retry of what is not committed is not answered before it is (I4).
        AppendTicket waiting =
                leader().append(
                                List.of(batch("c")),
                                OptionalLong.empty(),
                                Acks.LEADER,
                                Duration.ofMillis(1));
        assertThat(waiting).isInstanceOf(AppendTicket.Accepted.class);
    }

    @Test
    void answersADuplicateOnlyWhenTheOriginalIsCommitted() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        ProducedBatch batch = builder("a").producer(9, 0, 0).build();
        AppendTicket.Accepted first =
                (AppendTicket.Accepted)
                        leader().append(List.of(batch), OptionalLong.empty(), Acks.ALL, LONG);
        AppendTicket.Accepted second =
                (AppendTicket.Accepted)
                        leader().append(List.of(batch), OptionalLong.of(77), Acks.ALL, LONG);
        assertThat(second.results().get(0)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(second.acknowledged().get()).isEmpty();
        assertThat(first.acknowledged().get()).isEmpty();
        assertThat(read()).containsExactly("a");
    }

    @Test
    void deletesRecordsBelowTheHighWatermarkAndNoFurther() throws Exception {
        replicas.applyImage(image(10, partition(0, 0), Map.of()));
        append("a", "b");
        append("c");
        assertThat(leader().deleteRecords(OptionalLong.of(4)).get())
                .isInstanceOf(PartitionLeader.DeleteOutcome.Refused.class);
        assertThat(leader().deleteRecords(OptionalLong.of(2)).get())
                .isEqualTo(new PartitionLeader.DeleteOutcome.Deleted(2));
        assertThat(leader().logStartOffset()).isEqualTo(2);
        assertThat(leader().deleteRecords(OptionalLong.empty()).get())
                .isEqualTo(new PartitionLeader.DeleteOutcome.Deleted(3));
    }

    private Path logDirectory() {
        return directory.logsDirectory().resolve(PARTITION.directoryName());
    }

    private PartitionLeader leader() {
        return replicas.leader(TOPIC, 0).orElseThrow();
    }

    private Optional<LogFailure> append(String... values) throws Exception {
        return acknowledgement(
                leader().append(List.of(batch(values)), OptionalLong.empty(), Acks.ALL, LONG));
    }

    private static Optional<LogFailure> acknowledgement(AppendTicket ticket) throws Exception {
        if (ticket instanceof AppendTicket.Refused refused) {
            return Optional.of(refused.failure());
        }
        CompletableFuture<Optional<LogFailure>> acknowledged =
                ((AppendTicket.Accepted) ticket).acknowledged();
        return acknowledged.get();
    }

    private static ProducedBatch batch(String... values) {
        return builder(values).build();
    }

    private static RecordBatchBuilder builder(String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        for (String value : values) {
            builder.append(1000, null, value.getBytes(UTF_8), List.of());
        }
        return builder;
    }

    private List<String> read() throws IOException {
        List<String> values = new ArrayList<>();
        long next = leader().logStartOffset();
        while (next < leader().highWatermark().orElseThrow()) {
            try (LogSlice slice = (LogSlice) leader().read(next, 1)) {
                values.addAll(Entries.values(slice.copy()));
                next = slice.nextOffset();
            }
        }
        return values;
    }

    private static MetadataImage image(
            long index, PartitionEntry partition, Map<String, String> configs) {
        return MetadataImage.EMPTY
                .apply(
                        new MetadataChange.TopicChanged(
                                new TopicEntry(
                                        TOPIC,
                                        "orders",
                                        new TreeMap<>(configs),
                                        PartitionerType.MURMUR2,
                                        1)))
                .apply(new MetadataChange.PartitionChanged(partition))
                .at(new MetadataVersion(1, index));
    }

    private PartitionEntry partition(int leaderEpoch, long partitionEpoch) {
        return entry(leaderEpoch, partitionEpoch, 1);
    }

    private PartitionEntry leaderless(int leaderEpoch, long partitionEpoch) {
        return entry(leaderEpoch, partitionEpoch, 1, OptionalInt.empty(), List.of());
    }

    private PartitionEntry entry(int leaderEpoch, long partitionEpoch, int minIsr) {
        return entry(leaderEpoch, partitionEpoch, minIsr, OptionalInt.of(BROKER), List.of(BROKER));
    }

    private PartitionEntry entry(
            int leaderEpoch,
            long partitionEpoch,
            int minIsr,
            OptionalInt leader,
            List<Integer> isr) {
        return new PartitionEntry(
                TOPIC,
                0,
                List.of(
                        new ReplicaEntry(
                                BROKER, directory.directoryId(), true, ReplicaFault.NONE, 9)),
                leader,
                leaderEpoch,
                partitionEpoch,
                isr,
                List.of(),
                List.of(),
                minIsr,
                false,
                List.of(),
                List.of());
    }
}
