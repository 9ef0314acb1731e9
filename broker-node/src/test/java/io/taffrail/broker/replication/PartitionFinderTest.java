// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.testing.FakeClusterView;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.broker.testing.TestReplicas;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.files.NioFileSystem;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.config.TopicDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionFinderTest {
    private static final TopicId TOPIC = new TopicId(1, 2);

    @TempDir Path folder;
    private final FakeClusterView cluster = new FakeClusterView();
    private DataDirectory directory;
    private Replicas replicas;
    private PartitionFinder finder;

    @BeforeEach
    void start() throws IOException {
        NioFileSystem files = new NioFileSystem();
        directory = DataDirectory.open(files, folder.resolve("data"), 1);
        DiskReserve reserve = new DiskReserve(files, directory.path(), Clock.SYSTEM, 0);
        replicas =
                new Replicas(
                        TestReplicas.environment(
                                1, directory.directoryId(), TestReplicas.NO_FAULTS, Runnable::run),
                        new ReplicaLogs(files, Clock.SYSTEM, Runnable::run, reserve, directory),
                        TopicDefaults.BUILT_IN);
        finder = new PartitionFinder(1, cluster, replicas);
        cluster.apply(TestImages.broker(2, "two.example"));
        cluster.apply(TestImages.topic("orders", TOPIC, 2, 2));
    }

    @AfterEach
    void stop() throws IOException {
        directory.close();
    }

    @Test
    void namesTheLeaderThatIsElsewhere() throws Exception {
        assertThat(find("orders", 1))
                .isEqualTo(
                        new PartitionLookup.Elsewhere(
                                new TopicPartition("orders", TOPIC, 1),
                                2,
                                new HostPort("two.example", 9650),
                                1));
    }

    @Test
    void tellsWhatIsUnknown() throws Exception {
        assertThat(failure(find("payments", 0)).message()).contains("no topic 'payments'");
        assertThat(failure(find("orders", 2)).message()).contains("has 2 partitions");
        PartitionQuery another =
                new PartitionQuery(
                        "orders", 0, Optional.of(new TopicId(9, 9)), OptionalInt.empty());
        LogFailure failure = failure(finder.find(another).get());
        assertThat(failure.error()).isEqualTo(LogError.UNKNOWN_TOPIC);
        assertThat(failure.message()).contains("deleted and created again");
    }

    /** Who is told that there is no topic gives up. */
    @Test
    void knowsNothingOfAnyTopicBeforeItReadTheMetadata() throws Exception {
        FakeClusterView unread = new FakeClusterView();
        PartitionFinder starting = new PartitionFinder(1, unread, replicas);

        LogFailure failure =
                failure(
                        starting.find(
                                        new PartitionQuery(
                                                "orders", 0, Optional.empty(), OptionalInt.empty()))
                                .get());

        assertThat(failure.error()).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(failure.message()).contains("has just started");
    }

    @Test
    void waitsForTheEpochThatTheClientKnows() throws Exception {
        CompletableFuture<PartitionLookup> found =
                finder.find(new PartitionQuery("orders", 0, Optional.empty(), OptionalInt.of(3)));
        assertThat(found).isNotDone();
        cluster.apply(TestImages.partition(TOPIC, 0, 2, OptionalInt.of(2), 3));
        assertThat(found.get(30, TimeUnit.SECONDS))
                .isEqualTo(
                        new PartitionLookup.Elsewhere(
                                new TopicPartition("orders", TOPIC, 0),
                                2,
                                new HostPort("two.example", 9650),
                                3));
    }

    @Test
    void saysSoWhenTheEpochDoesNotCome() throws Exception {
        LogFailure failure =
                failure(
                        finder.find(
                                        new PartitionQuery(
                                                "orders", 0, Optional.empty(), OptionalInt.of(3)))
                                .get(30, TimeUnit.SECONDS));
        assertThat(failure.error()).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(failure.message()).contains("leader epoch 3");
    }

    @Test
    void tellsWhenNobodyLeadsOrTheReplicaHereIsNotOpen() throws Exception {
        cluster.apply(TestImages.partition(TOPIC, 0, 2, OptionalInt.empty(), 4));
        LogFailure leaderless = failure(find("orders", 0));
        assertThat(leaderless.error()).isEqualTo(LogError.LEADER_UNKNOWN);
        assertThat(leaderless.metadata()).containsEntry("leader_epoch", "4");
        cluster.apply(TestImages.partition(TOPIC, 1, 1, OptionalInt.of(1), 4));
        assertThat(failure(find("orders", 1)).message()).contains("being opened");
    }

    @Test
    void findsNothingOnceTheBrokerStops() throws Exception {
        finder.close(LogFailure.of(LogError.SHUTTING_DOWN, "stopping"));
        assertThat(failure(find("orders", 1)).error()).isEqualTo(LogError.SHUTTING_DOWN);
    }

    private PartitionLookup find(String topic, int partition) throws Exception {
        return finder.find(
                        new PartitionQuery(topic, partition, Optional.empty(), OptionalInt.empty()))
                .get(30, TimeUnit.SECONDS);
    }

    private static LogFailure failure(PartitionLookup lookup) {
        return ((PartitionLookup.Failed) lookup).failure();
    }
}
