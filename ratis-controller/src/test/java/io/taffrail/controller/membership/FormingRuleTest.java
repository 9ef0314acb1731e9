// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.ControllerPeer;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** P5, history by history, as controller 1 of three sees it. */
class FormingRuleTest {
    private static final FormedGroup GROUP = FormedGroup.of(List.of(peer(1), peer(2), peer(3)));
    private static final List<String> LIST = List.of("1", "2", "3");

    private static PeerName peer(int nodeId) {
        return new PeerName(nodeId, new DirectoryId(new UUID(0, nodeId)));
    }

    private static PeerName otherDisk(int nodeId) {
        return new PeerName(nodeId, new DirectoryId(new UUID(1, nodeId)));
    }

    private static Introduction empty(PeerName name) {
        return says(name, Optional.empty(), false);
    }

    private static Introduction wrote(PeerName name, FormedGroup group) {
        return says(name, Optional.of(group), false);
    }

    private static Introduction runs(PeerName name, FormedGroup group) {
        return says(name, Optional.of(group), true);
    }

    private static Introduction says(
            PeerName name, Optional<FormedGroup> written, boolean running) {
        HostPort address = new HostPort("c" + name.nodeId(), 1);
        return new Introduction(
                new GroupPeer(name, address, address),
                LIST,
                written,
                running,
                running ? new GroupConfiguration(1, GROUP.names()) : GroupConfiguration.NONE);
    }

    private static FormingStep next(Introduction self, Introduction... others) {
        return next(Optional.empty(), self, others);
    }

    private static FormingStep next(
            Optional<String> belongsTo, Introduction self, Introduction... others) {
        SortedMap<Integer, ControllerPeer> listed = new TreeMap<>();
        for (int nodeId = 1; nodeId <= 3; nodeId++) {
            HostPort address = new HostPort("c" + nodeId, 1);
            listed.put(nodeId, new ControllerPeer(nodeId, address, address));
        }
        Map<Integer, Introduction> heard = new TreeMap<>();
        for (Introduction other : others) {
            heard.put(other.name().nodeId(), other);
        }
        return new FormingRule(belongsTo, listed).next(self, heard);
    }

    @Test
    void writesDownOnceAllAreThereAndEmpty() {
        assertThat(next(empty(peer(1)), empty(peer(2))))
                .isEqualTo(new FormingStep.Await(List.of("controller 3 is not reachable")));
        FormingStep step = next(empty(peer(1)), empty(peer(2)), wrote(peer(3), GROUP));
        assertThat(step).isInstanceOf(FormingStep.Write.class);
        assertThat(((FormingStep.Write) step).formation().group()).isEqualTo(GROUP);
    }

    @Test
    void startsOnceAllHaveWrittenTheSame() {
        Introduction self = wrote(peer(1), GROUP);
        assertThat(next(self, wrote(peer(2), GROUP), empty(peer(3))))
                .isInstanceOf(FormingStep.Await.class);
        assertThat(next(self, wrote(peer(2), GROUP))).isInstanceOf(FormingStep.Await.class);
        assertThat(next(self, runs(peer(2), GROUP), wrote(peer(3), GROUP)))
                .isEqualTo(new FormingStep.Start());
    }

    @Test
    void stopsWhereADiskWasReplacedMeanwhile() {
        assertThat(next(wrote(peer(1), GROUP), wrote(peer(2), GROUP), empty(otherDisk(3))))
                .isInstanceOf(FormingStep.Stop.class);
        assertThat(next(empty(peer(1)), wrote(peer(2), GROUP), empty(otherDisk(3))))
                .isInstanceOf(FormingStep.Stop.class);
        assertThat(next(empty(otherDisk(1)), wrote(peer(2), GROUP), empty(peer(3))))
                .isInstanceOf(FormingStep.Stop.class);
    }

    @Test
    void waitsToBeAddedWhereAGroupRunsWithoutIt() {
        assertThat(next(empty(otherDisk(1)), runs(peer(2), GROUP)))
                .isEqualTo(new FormingStep.Join(GROUP.clusterId()));
    }

    @Test
    void aMemberWithoutItsLogDoesNotComeBackEmpty() {
        FormingStep step =
                next(
                        Optional.of(GROUP.clusterId().toString()),
                        empty(peer(1)),
                        runs(peer(2), GROUP));
        assertThat(step).isInstanceOf(FormingStep.Stop.class);
        assertThat(((FormingStep.Stop) step).why()).contains("replace-disk 1");
    }

    @Test
    void aNodeOfAClusterFormsNoOther() {
        assertThat(next(Optional.of("another"), empty(peer(1)), empty(peer(2)), empty(peer(3))))
                .isInstanceOf(FormingStep.Await.class);
        assertThat(next(Optional.of("another"), empty(otherDisk(1)), runs(peer(2), GROUP)))
                .isInstanceOf(FormingStep.Stop.class);
    }
}
