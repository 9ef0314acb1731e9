// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.broker.lifecycle.FaultReporter;
import io.taffrail.broker.metadata.ControllerChannels;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.broker.storage.DataDirectory;
import io.taffrail.broker.storage.SimulatedMachine;
import io.taffrail.broker.testing.TestReplicas;
import io.taffrail.logstore.DiskReserve;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.RetentionClock;
import io.taffrail.model.Acks;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.batch.Compression;
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
import io.taffrail.testsupport.SimulatedClock;
import io.taffrail.testsupport.SimulatedDisk;
import io.taffrail.testsupport.SimulatedProcess;
import io.taffrail.testsupport.SimulatedScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A replica whose fsync hangs, looked after as in production, in a time that the test lets pass.
 */
@Timeout(60)
class SlowDiskTest {
    private static final int BROKER = 3;
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedScheduler scheduler = new SimulatedScheduler(1);
    private final ExecutorService fsyncs = Executors.newSingleThreadExecutor();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private ControllerChannels channels;
    private DataDirectory directory;
    private FaultReporter faults;
    private Replicas replicas;
    private ReplicaUpkeep upkeep;

    @BeforeEach
    void start() throws Exception {
        SimulatedProcess process =
                new SimulatedProcess(
                        scheduler,
                        "broker",
                        failure -> {
                            throw new AssertionError(failure);
                        });
        channels =
                new ControllerChannels(
                        Map.of(1, new HostPort("127.0.0.1", 1)), new NettyChannelFactory());
        faults = new FaultReporter(BROKER, channels, process.executor("reports"), clock);
        directory =
                DataDirectory.open(disk, Path.of("/data"), BROKER, new SimulatedMachine(), clock);
        replicas =
                new Replicas(
                        TestReplicas.environment(
                                BROKER, directory.directoryId(), faults, Runnable::run),
                        new ReplicaLogs(
                                disk,
                                clock,
                                fsyncs,
                                new DiskReserve(disk, directory.path(), clock, 0),
                                directory),
                        TopicDefaults.BUILT_IN);
        Duration never = Duration.ofDays(1);
        upkeep =
                new ReplicaUpkeep(
                        replicas,
                        new RetentionClock(clock),
                        new ReplicaUpkeep.Intervals(never, never, never, never),
                        process.executor("timer"),
                        process.executor("upkeep"));
        replicas.applyImage(image());
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        upkeep.close();
        replicas.close();
        directory.close();
        channels.close();
        fsyncs.shutdownNow();
    }

    private MetadataImage image() {
        PartitionEntry partition =
                new PartitionEntry(
                        TOPIC,
                        0,
                        List.of(
                                new ReplicaEntry(
                                        BROKER,
                                        directory.directoryId(),
                                        true,
                                        ReplicaFault.NONE,
                                        9)),
                        OptionalInt.of(BROKER),
                        0,
                        0,
                        List.of(BROKER),
                        List.of(),
                        List.of(),
                        1,
                        false,
                        List.of(),
                        List.of());
        return MetadataImage.EMPTY
                .apply(
                        new MetadataChange.TopicChanged(
                                new TopicEntry(
                                        TOPIC,
                                        "orders",
                                        new TreeMap<>(),
                                        PartitionerType.MURMUR2,
                                        1)))
                .apply(new MetadataChange.PartitionChanged(partition))
                .at(new MetadataVersion(1, 10));
    }

    private void appendAndHang() throws InterruptedException {
        disk.onBeforeForce(
                path -> {
                    if (path.toString().endsWith(".log")) {
                        hangs.countDown();
                        awaitRelease();
                    }
                });
        PartitionLeader leader = replicas.leader(TOPIC, 0).orElseThrow();
        RecordBatchBuilder batch = new RecordBatchBuilder(Compression.NONE);
        batch.append(1000, null, "a".getBytes(UTF_8), List.of());
        assertThat(leader.append(List.of(batch.build()), OptionalLong.empty(), Acks.ALL, LOOK))
                .isInstanceOf(AppendTicket.Accepted.class);
        assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Second by second, as upkeep looks. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(LOOK);
            scheduler.runFor(LOOK);
        }
    }

    @Test
    void p10AWriteThatHangsForFiveSecondsGivesLeadershipsAwayUntilItIsThrough() throws Exception {
        appendAndHang();
        pass(4);
        assertThat(faults.directorySlow()).as("after 4 s").isFalse();
        pass(2);
        assertThat(faults.directorySlow()).as("after 6 s").isTrue();
        assertThat(faults.directoryOffline()).isFalse();

        released.countDown();
        PartitionLog log = replicas.log(TOPIC, 0).orElseThrow();
        log.whenDurable(1).get(30, TimeUnit.SECONDS);
        pass(4);
        assertThat(faults.directorySlow()).as("once it is through").isFalse();
    }

    @Test
    void p10AWriteThatHangsForThirtySecondsTakesTheDirectoryOffline() throws Exception {
        appendAndHang();
        pass(28);
        assertThat(faults.directorySlow()).isTrue();
        assertThat(faults.directoryOffline()).as("after 28 s").isFalse();
        pass(3);
        assertThat(faults.directoryOffline()).as("after 31 s").isTrue();
    }
}
