// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.controller.ControllerSettings;
import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.TestSettings;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Reply;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.PeerName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Raft, alone, on a real disk. */
class RaftMemberTest {
    private static final long DEADLINE_SECONDS = 60;

    @TempDir private Path folder;

    private RecordedEvents events = new RecordedEvents();

    private static RaftMember startMember(ControllerSettings settings, RecordedEvents events)
            throws ControllerStartException {
        PeerName self = new PeerName(settings.nodeId(), settings.directoryId());
        RaftDirectory directory = new RaftDirectory(settings.raftDirectory(), self);
        Optional<Formation> found = directory.open();
        Formation formation =
                found.orElseGet(
                        () ->
                                Formation.of(
                                        self,
                                        List.of(
                                                new GroupPeer(
                                                        self,
                                                        settings.self().raftAddress(),
                                                        settings.self().apiAddress()))));
        try {
            if (found.isEmpty()) {
                directory.store(formation);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new RaftStart(settings, directory, events).start(formation);
    }

    private RaftMember start(ControllerSettings settings) throws Exception {
        events = new RecordedEvents();
        RaftMember member = startMember(settings, events);
        assertThat(events.ready.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return member;
    }

    private RaftMember start() throws Exception {
        return start(TestSettings.alone(folder));
    }

    private static Applied allocate(RaftMember member) throws Exception {
        return member.submit(new Command.AllocateProducerIds(10), 5)
                .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private Path group() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("raft"))) {
            return files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private String refusal(ControllerSettings settings) {
        try (RaftMember member = startMember(settings, new RecordedEvents())) {
            throw new AssertionError("started on what is broken: " + member.clusterId());
        } catch (ControllerStartException e) {
            return e.getMessage();
        }
    }

    private String refusal() {
        return refusal(TestSettings.alone(folder));
    }

    @Test
    void keepsItsStateAndItsClusterOverARestart() throws Exception {
        String clusterId;
        try (RaftMember member = start()) {
            clusterId = member.clusterId();
            assertThat(allocate(member).decision().reply()).isEqualTo(new Reply.ProducerIds(1, 10));
            assertThat(member.leaderNodeId()).hasValue(1);
            assertThat(member.members()).hasSize(1);
        }
        try (RaftMember member = start()) {
            assertThat(member.clusterId()).isEqualTo(clusterId);
            assertThat(allocate(member).decision().reply())
                    .isEqualTo(new Reply.ProducerIds(11, 10));
        }
        assertThat(events.death).isNotDone();
    }

    @Test
    void startsFromASnapshotOnceTheLogBeforeItIsGone() throws Exception {
        ControllerSettings settings = TestSettings.alone(folder, 1, 50);
        ControllerState before;
        try (RaftMember member = start(settings)) {
            fillSegments(member);
            await(() -> logStart() > 0, "the log is purged");
            before = allocate(member).after();
        }
        try (RaftMember member = start(settings)) {
            assertThat(member.state().ledger()).isEqualTo(before.ledger());
            assertThat(allocate(member).decision().reply())
                    .isEqualTo(new Reply.ProducerIds(before.ledger().nextProducerId(), 10));
        }
        snapshots().forEach(RaftMemberTest::delete);
        assertThat(refusal(settings)).contains("a snapshot is missing");
    }

    /** Entries that no version can read, as large as they may be, and some that count. */
    private static void fillSegments(RaftMember member) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(
                            () ->
                                    member.submit(ByteBuffer.allocate(1 << 20))
                                            .get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
            for (int j = 0; j < 5; j++) {
                assertThat(allocate(member).decision().refusal()).isEmpty();
            }
        }
    }

    private long logStart() {
        try (Stream<Path> files = Files.list(group().resolve("current"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("log_"))
                    .map(name -> name.replace("inprogress_", "").split("[_-]", -1)[1])
                    .mapToLong(Long::parseLong)
                    .min()
                    .orElseThrow();
        } catch (IOException e) {
            return 0; // a file went while it was looked at
        }
    }

    private List<Path> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(group().resolve("sm"))) {
            return files.toList();
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aFlippedBitOfASnapshotIsRefused() throws Exception {
        ControllerSettings settings = TestSettings.alone(folder, 1, 20);
        try (RaftMember member = start(settings)) {
            for (int i = 0; i < 60; i++) {
                assertThat(allocate(member).decision().refusal()).isEmpty();
            }
            await(() -> member.snapshotIndex().isPresent(), "a snapshot is taken");
        }
        for (Path file : snapshots()) {
            if (!file.toString().endsWith(".md5")) {
                flip(file, 20);
            }
        }
        assertThat(refusal(settings)).contains("snapshot", "damaged");
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void aPoisonedEntryIsSkippedAlsoByTheNextStart() throws Exception {
        try (RaftMember member = start()) {
            ByteBuffer poison = ByteBuffer.wrap("poison".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> member.submit(poison).get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
            assertThat(allocate(member).decision().reply()).isEqualTo(new Reply.ProducerIds(1, 10));
        }
        try (RaftMember member = start()) {
            assertThat(allocate(member).decision().reply())
                    .isEqualTo(new Reply.ProducerIds(11, 10));
        }
    }

    @Test
    void aDeadMemberSaysSo() throws Exception {
        try (RaftMember member = start()) {
            events.failing = true;
            var unused = member.submit(new Command.AllocateProducerIds(1), 1);
            await(
                    () -> {
                        member.checkAlive();
                        return events.death.isDone();
                    },
                    "the end is told");
            assertThat(events.death.join()).contains("Raft");
        }
    }

    @Test
    void refusesWhatIsDamagedMissingOrAnothers() throws Exception {
        start().close();
        ControllerSettings other = TestSettings.alone(folder, 2, 100);
        assertThat(refusal(other)).contains("belongs to the controller 1-", "node.id");

        Path meta = group().resolve("current").resolve("raft-meta");
        byte[] sound = Files.readAllBytes(meta);
        Files.write(meta, new byte[0]);
        assertThat(refusal()).contains("raft-meta", "damaged", "Restore the folder");
        Files.delete(meta);
        assertThat(refusal()).contains("raft-meta", "missing");
        Files.write(meta, sound);

        Path forming = folder.resolve("raft").resolve("forming");
        byte[] formed = Files.readAllBytes(forming);
        flip(forming, 15);
        assertThat(refusal()).contains("forming", "damaged");
        Files.delete(forming);
        assertThat(refusal()).contains("forming", "missing");
        Files.write(forming, formed);
        start().close();
    }

    @Test
    void refusesAFolderWithoutItsLog() throws Exception {
        start().close();
        try (Stream<Path> files = Files.list(group().resolve("current"))) {
            files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .forEach(RaftMemberTest::delete);
        }
        assertThat(refusal()).contains("log", "missing");
    }

    @Test
    void twoProcessesDoNotShareAFolder() throws Exception {
        try (RaftMember member = start()) {
            assertThat(refusal()).contains("another process", "Stop it");
            assertThat(member.isLeader()).isTrue();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition, String what) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.sleep(20);
        }
    }
}
