// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.taffrail.api.internal.v1.ChangeQuorumRequest;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.ControllerRef;
import io.taffrail.api.v1.DescribeQuorumResponse;
import io.taffrail.api.v1.QuorumPeer;
import io.taffrail.api.v1.QuorumRole;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.controller.TestQuorum.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of three on real Raft: members go, come back, lag behind and are replaced. */
class QuorumChangeTest {
    @TempDir private Path folder;

    /** Allocates ids wherever the active controller is, until it is told to stop. */
    private static final class Load implements AutoCloseable {
        private final TestQuorum quorum;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<Long> last;

        Load(TestQuorum quorum) {
            this.quorum = quorum;
            last = thread.submit(this::run); // not before it knows the quorum
        }

        private long run() throws InterruptedException {
            long last = 0;
            while (!stopped.get()) {
                try {
                    long next = quorum.activeNode().allocate();
                    assertThat(next).as("no id is given twice").isGreaterThan(last);
                    last = next;
                } catch (StatusRuntimeException e) {
                    Thread.sleep(20); // between two leaders
                }
            }
            return last;
        }

        /** The last id that was given. */
        long stop() throws Exception {
            stopped.set(true);
            return last.get(TestQuorum.DEADLINE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            stopped.set(true);
            thread.shutdownNow();
        }
    }

    private static ChangeQuorumRequest add(ControllerRef added, int apiPort) {
        return ChangeQuorumRequest.newBuilder()
                .setAddController(
                        AddControllerRequest.newBuilder()
                                .setNodeId(added.getNodeId())
                                .setDirectoryId(added.getDirectoryId())
                                .setApiAddress("127.0.0.1:" + apiPort))
                .build();
    }

    private static ChangeQuorumRequest replace(int nodeId, ControllerRef old) {
        return ChangeQuorumRequest.newBuilder()
                .setAddController(
                        AddControllerRequest.newBuilder().setNodeId(nodeId).setReplaces(old))
                .build();
    }

    private static ChangeQuorumRequest remove(ControllerRef controller) {
        return ChangeQuorumRequest.newBuilder()
                .setRemoveController(RemoveControllerRequest.newBuilder().setController(controller))
                .build();
    }

    private static ChangeQuorumRequest transferTo(int nodeId) {
        return ChangeQuorumRequest.newBuilder()
                .setTransferLeadership(
                        TransferControllerLeadershipRequest.newBuilder().setNodeId(nodeId))
                .build();
    }

    private static int another(TestQuorum quorum, int nodeId) {
        return quorum.list().stream()
                .map(ControllerPeer::nodeId)
                .filter(id -> id != nodeId)
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> nodeIds(ChangeQuorumResponse response) {
        return response.getPeersList().stream()
                .filter(peer -> peer.getRole() != QuorumRole.QUORUM_ROLE_STAGED)
                .map(QuorumPeer::getNodeId)
                .toList();
    }

    @Test
    void anotherLeadsWhenTheLeaderGoesAndNothingIsLost() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3);
                Load load = new Load(quorum)) {
            quorum.startAll();
            quorum.awaitReady();
            for (int round = 0; round < 2; round++) {
                int active = quorum.awaitActive();
                quorum.node(active).allocate();
                quorum.stop(active);
                assertThat(quorum.awaitActive()).isNotEqualTo(active);
                quorum.start(active);
            }
            long last = load.stop();
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isGreaterThan(last);
            quorum.awaitEqual();
        }
    }

    @Test
    void describesItsMembersAndHandsTheLeadOver() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            int active = quorum.awaitActive();
            quorum.node(active).allocate();
            quorum.awaitEqual();
            DescribeQuorumResponse described = quorum.node(active).describe();
            assertThat(described.getLeaderId()).isEqualTo(active);
            assertThat(described.getPeersList()).hasSize(3);
            for (QuorumPeer peer : described.getPeersList()) {
                assertThat(peer.getApiAddress())
                        .isEqualTo(quorum.list().get(peer.getNodeId() - 1).apiAddress().toString());
                assertThat(peer.getMatchIndex()).isPositive();
                assertThat(peer.hasSinceLastContact()).isEqualTo(peer.getNodeId() != active);
            }
            int next = another(quorum, active);
            ChangeQuorumResponse handedOver = quorum.change(transferTo(next));
            assertThat(handedOver.getLeaderId()).isEqualTo(next);
            TestQuorum.await(() -> quorum.node(next).node.active(), "the other one leads");
            assertThatThrownBy(() -> quorum.node(active).change(transferTo(next)))
                    .hasMessageContaining("UNAVAILABLE");
        }
    }

    /** What it missed is in no log any more: it can only have got it by a snapshot. */
    @Test
    void aLaggingControllerGetsASnapshotWhileItsFeedIsFollowed() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.snapshotEvery(40);
            quorum.startAll();
            int active = quorum.awaitActive();
            quorum.node(active).allocate();
            quorum.awaitEqual();
            int lagging = another(quorum, active);
            long known = quorum.node(lagging).node.image().version().index();
            quorum.stop(lagging);
            int next = 6 - active - lagging;
            allocateMany(quorum.node(active));
            quorum.node(active).change(transferTo(next)); // a new term begins a new file
            Running leader = quorum.node(quorum.awaitActive());
            TestQuorum.await(
                    () -> {
                        allocateMany(leader);
                        return firstLogIndex(quorum, active) > known + 1
                                && firstLogIndex(quorum, next) > known + 1;
                    },
                    "the others' logs begin behind what it has");
            Running back = quorum.start(lagging);
            Iterator<WatchMetadataResponse> feed =
                    MetadataServiceGrpc.newBlockingStub(back.channel)
                            .withDeadlineAfter(TestQuorum.DEADLINE_SECONDS, TimeUnit.SECONDS)
                            .withWaitForReady()
                            .watchMetadata(WatchMetadataRequest.getDefaultInstance());
            long reached = leader.node.image().version().index();
            long seen = 0;
            while (seen < reached) {
                long index = feed.next().getVersion().getIndex();
                assertThat(index).as("the feed never goes back").isGreaterThanOrEqualTo(seen);
                seen = index;
                leader.allocate();
            }
            quorum.awaitEqual();
            assertThat(firstLogIndex(quorum, lagging)).isGreaterThan(known + 1);
            assertThat(back.death).isNotDone();
            assertThat(leader.allocate()).isPositive();
        }
    }

    private static void allocateMany(Running leader) {
        for (int i = 0; i < 50; i++) {
            leader.allocate();
        }
    }

    private static long firstLogIndex(TestQuorum quorum, int nodeId) {
        Pattern log = Pattern.compile("log_(?:inprogress_)?(\\d+).*");
        String cluster = quorum.node(nodeId).node.clusterId();
        Path folder = quorum.raftFolder(nodeId).resolve(cluster).resolve("current");
        try (Stream<Path> files = Files.list(folder)) { // which comes and goes meanwhile
            return files.map(file -> log.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                    .min()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void addsReplacesAndRemovesMembersUnderLoad() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            int active = quorum.awaitActive();
            try (Load load = new Load(quorum)) {
                int lost = another(quorum, active);
                ControllerRef old = quorum.ref(lost);
                quorum.stop(lost);
                quorum.wipe(lost);
                quorum.start(lost);
                Running leader = quorum.node(active);
                TestQuorum.await(
                        () -> !quorum.node(lost).node.clusterId().isEmpty(),
                        "it waits to be added");
                assertThat(nodeIds(leader.change(replace(lost, old)))).containsExactly(1, 2, 3);
                assertThat(nodeIds(leader.change(replace(lost, old))))
                        .as("asked for again")
                        .containsExactly(1, 2, 3);
                TestQuorum.await(
                        () -> quorum.node(lost).node.notReadyReasons().isEmpty(), "it takes part");

                quorum.addNode(4);
                quorum.start(4);
                TestQuorum.await(
                        () -> !quorum.node(4).node.clusterId().isEmpty(), "the new one waits");
                int apiPort = quorum.list().get(3).apiAddress().port();
                assertThat(nodeIds(leader.change(add(quorum.ref(4), apiPort))))
                        .containsExactly(1, 2, 3, 4);
                Running leaving = quorum.node(lost);
                assertThat(nodeIds(leader.change(remove(quorum.ref(lost))))).doesNotContain(lost);
                TestQuorum.await(
                        () -> leaving.node.clusterId().isEmpty(), "the removed one knows it");
                assertThat(leaving.death).as("its process goes on").isNotDone();
                long last = load.stop();
                assertThat(quorum.node(quorum.awaitActive()).allocate()).isGreaterThan(last);
            }
        }
    }

    @Test
    void whoWasRemovedStaysOutWhenItStartsAgain() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            Running leader = quorum.node(quorum.awaitActive());
            int other = removeAnother(quorum, leader);
            Running removed = quorum.node(other);
            TestQuorum.await(() -> removed.node.clusterId().isEmpty(), "it knows");
            awaitWritten(quorum, other);
            quorum.stop(other);

            Running again = quorum.start(other);
            assertThat(again.node.notReadyReasons())
                    .as("it remembers, and is in nobody's way")
                    .isEmpty();
            assertThat(again.node.clusterId()).isEmpty();

            leader.allocate();
            assertThat(leader.describe().getPeersList()).hasSize(2);
            assertThat(again.death).isNotDone();
        }
    }

    /** Most often it has the change that leaves it out, and not the end of it. */
    @Test
    void whoStopsWhileItIsRemovedIsToldWhenItStartsAgain() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            int other = removeAnother(quorum, quorum.node(quorum.awaitActive()));
            quorum.stop(other);

            Running again = quorum.start(other);
            TestQuorum.await(() -> again.node.clusterId().isEmpty(), "it knows");
            awaitWritten(quorum, other);
            assertThat(again.death).isNotDone();
        }
    }

    private static int removeAnother(TestQuorum quorum, Running leader) throws Exception {
        leader.allocate();
        quorum.awaitEqual();
        int other = another(quorum, leader.describe().getLeaderId());
        leader.change(remove(quorum.ref(other)));
        return other;
    }

    private static void awaitWritten(TestQuorum quorum, int nodeId) throws Exception {
        Path file = quorum.raftFolder(nodeId).resolve("forming");
        TestQuorum.await(() -> read(file).contains("stage=removed"), "it has written that down");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesWhatIsUnsound() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            int active = quorum.awaitActive();
            int stopped = another(quorum, active);
            int third = 6 - active - stopped;
            Running leader = quorum.node(active);
            ControllerRef nobody =
                    ControllerRef.newBuilder()
                            .setNodeId(9)
                            .setDirectoryId(quorum.ref(1).getDirectoryId())
                            .build();
            assertThatThrownBy(() -> leader.change(remove(nobody)))
                    .hasMessageContaining("NOT_FOUND");
            assertThatThrownBy(() -> leader.change(replace(third, quorum.ref(third))))
                    .hasMessageContaining("FAILED_PRECONDITION");
            assertThatThrownBy(() -> leader.change(add(nobody, 1)))
                    .hasMessageContaining("no controller answers");
            assertThatThrownBy(() -> leader.change(ChangeQuorumRequest.getDefaultInstance()))
                    .hasMessageContaining("INVALID_ARGUMENT");
            quorum.stop(stopped);
            TestQuorum.await(() -> secondsSilent(leader, stopped) > 1, "it is out of contact");
            assertThatThrownBy(() -> leader.change(remove(quorum.ref(third))))
                    .hasMessageContaining("out of contact");
        }
    }

    private static long secondsSilent(Running leader, int nodeId) {
        return leader.describe().getPeersList().stream()
                .filter(peer -> peer.getNodeId() == nodeId)
                .mapToLong(peer -> peer.getSinceLastContact().getSeconds())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFollowerWithADamagedFileDoesNotStart() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            int follower = another(quorum, quorum.awaitActive());
            quorum.awaitEqual();
            quorum.stop(follower);
            damage(quorum.raftFolder(follower));
            assertThatThrownBy(() -> quorum.start(follower))
                    .isInstanceOf(ControllerStartException.class)
                    .hasMessageContaining("raft-meta");
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isPositive();
        }
    }

    private static void damage(Path raftFolder) throws IOException {
        try (Stream<Path> files = Files.walk(raftFolder)) {
            for (Path file : files.filter(each -> each.endsWith("raft-meta")).toList()) {
                Files.write(file, new byte[0]);
            }
        }
    }
}
