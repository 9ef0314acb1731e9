// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.controller.TestQuorum.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P5: a cluster comes into being once, whatever happens meanwhile. */
class QuorumFormingTest {
    @TempDir private Path folder;

    @Test
    void formsOnceAllAreThereInAnyOrder() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            Running last = quorum.start(3);
            quorum.start(1);
            TestQuorum.await(
                    () ->
                            last.node
                                    .notReadyReasons()
                                    .equals(List.of("controller 2 is not reachable")),
                    "it says who is missing");
            assertThat(last.node.clusterId()).isEmpty();
            assertThatThrownBy(last::allocate).hasMessageContaining("UNAVAILABLE");
            quorum.start(2);
            int active = quorum.awaitActive();
            assertThat(quorum.node(active).allocate()).isEqualTo(1);
            quorum.awaitEqual();
            assertThat(quorum.all())
                    .extracting(each -> each.node.clusterId())
                    .containsOnly(last.node.clusterId())
                    .doesNotContain("");
            assertThat(quorum.all())
                    .extracting(each -> each.clusterId.get())
                    .containsOnly(last.node.clusterId());
            quorum.awaitReady();
        }
    }

    @Test
    void fiveDoWithoutTwo() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3, 4, 5)) {
            quorum.startAll();
            quorum.awaitReady();
            int active = quorum.awaitActive();
            int another = active % 5 + 1;
            assertThat(quorum.node(active).allocate()).isEqualTo(1);
            quorum.stop(active);
            quorum.stop(another);
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isEqualTo(1001);
            quorum.start(active);
            quorum.start(another);
            quorum.awaitReady();
            assertThat(quorum.node(quorum.awaitActive()).describe().getPeersList()).hasSize(5);
        }
    }

    @Test
    void keepsItsStateWhenAllAreStartedAnew() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isEqualTo(1);
            String clusterId = quorum.node(1).node.clusterId();
            for (int nodeId : List.of(1, 2, 3)) {
                quorum.stop(nodeId);
            }
            quorum.startAll();
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isEqualTo(1001);
            assertThat(quorum.node(2).node.clusterId()).isEqualTo(clusterId);
        }
    }

    @Test
    void doesNotFormOutOfTwoDifferentLists() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            List<ControllerPeer> all = quorum.list();
            Running one = quorum.start(1, all);
            quorum.start(2, all.subList(0, 2));
            quorum.start(3, all);
            TestQuorum.await(
                    () ->
                            one.node
                                    .notReadyReasons()
                                    .toString()
                                    .contains("all have to list the same"),
                    "it says that the lists differ");
            Thread.sleep(500);
            assertThat(quorum.all()).allMatch(each -> each.node.clusterId().isEmpty());
        }
    }

    @Test
    void goesOnFormingAfterAnInterruption() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            Running one = quorum.start(1);
            quorum.start(2);
            Running three = quorum.start(3);
            Path written = quorum.raftFolder(3).resolve("forming");
            TestQuorum.await(() -> Files.exists(written), "the group is written down");
            quorum.stop(3);
            quorum.start(3);
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isEqualTo(1);
            TestQuorum.await(() -> !one.node.clusterId().isEmpty(), "the first one is in");
            assertThat(three.death).isNotDone();
        }
    }

    @Test
    void aDiskThatWasReplacedWhileFormingStopsIt() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            Running one = quorum.start(1);
            quorum.start(2);
            quorum.start(3);
            quorum.awaitActive();
            quorum.stop(1);
            quorum.stop(2);
            quorum.stop(3);
            // The first two forget all; the third has written down a group with their old disks.
            quorum.wipe(1);
            quorum.wipe(2);
            Running again = quorum.start(1);
            quorum.start(2);
            quorum.start(3);
            TestQuorum.await(
                    () -> again.node.notReadyReasons().toString().contains("waits to be taken in"),
                    "a wiped controller waits");
            assertThat(quorum.all()).noneMatch(each -> each.node.active());
            assertThat(one.death).isNotDone();
        }
    }

    @Test
    void aWipedVoterNeitherVotesNorCounts() throws Exception {
        try (TestQuorum quorum = new TestQuorum(folder, 1, 2, 3)) {
            quorum.startAll();
            quorum.node(quorum.awaitActive()).allocate();
            quorum.awaitEqual();
            quorum.stop(3);
            quorum.wipe(3);
            Running wiped = quorum.start(3);
            TestQuorum.await(
                    () -> wiped.node.notReadyReasons().toString().contains("replace-disk"),
                    "it says what to do");
            quorum.stop(2);
            // One of the old three is left: with a vote of the wiped one it could lead.
            Running left = quorum.node(1);
            TestQuorum.await(() -> !left.node.active(), "without a majority nobody is active");
            Thread.sleep(TimeUnit.SECONDS.toMillis(3));
            assertThat(quorum.all()).noneMatch(each -> each.node.active());
            quorum.start(2);
            assertThat(quorum.node(quorum.awaitActive()).allocate()).isEqualTo(1001);
            assertThat(wiped.node.active()).isFalse();
        }
    }
}
