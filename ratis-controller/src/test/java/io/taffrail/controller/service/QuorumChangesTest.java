// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.membership.GroupChangeException;
import io.taffrail.controller.membership.GroupChanges;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.quorum.Applied;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What comes of a lead that could not be handed over. */
class QuorumChangesTest {
    private final Group group = new Group();
    private final QuorumChanges changes = new QuorumChanges(group, () -> group, null, 1);

    /** Member 1 of two, which leads at first. */
    private static final class Group implements Quorum, GroupChanges {
        private final CompletableFuture<Void> transfer = new CompletableFuture<>();
        private int leaderId = 1;
        private long term = 5;

        private static PeerName name(int nodeId) {
            return new PeerName(nodeId, new DirectoryId(new UUID(nodeId, nodeId)));
        }

        private static HostPort address(int nodeId) {
            return new HostPort("controller-" + nodeId, 9650);
        }

        private static QuorumMember member(int nodeId, OptionalLong sinceContactMs) {
            return new QuorumMember(name(nodeId), "", "", true, 7, sinceContactMs);
        }

        @Override
        public List<GroupPeer> peers() {
            return List.of(
                    new GroupPeer(name(1), address(1), address(1)),
                    new GroupPeer(name(2), address(2), address(2)));
        }

        @Override
        public CompletableFuture<Void> transferTo(PeerName name) {
            return transfer;
        }

        @Override
        public CompletableFuture<Void> change(List<PeerName> from, List<GroupPeer> to) {
            throw new AssertionError("nobody comes or goes");
        }

        @Override
        public CompletableFuture<Void> stepDown() {
            throw new AssertionError("nobody is asked to");
        }

        @Override
        public String clusterId() {
            return "cluster";
        }

        @Override
        public ControllerState state() {
            return ControllerState.EMPTY;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public boolean isLeader() {
            return leaderId == 1;
        }

        @Override
        public OptionalInt leaderNodeId() {
            return OptionalInt.of(leaderId);
        }

        @Override
        public Optional<HostPort> apiAddress(int nodeId) {
            return Optional.of(address(nodeId));
        }

        @Override
        public SortedMap<Integer, HostPort> apiAddresses() {
            SortedMap<Integer, HostPort> addresses = new TreeMap<>();
            peers().forEach(peer -> addresses.put(peer.name().nodeId(), peer.apiAddress()));
            return addresses;
        }

        @Override
        public long commitIndex() {
            return 7;
        }

        @Override
        public long lastLogIndex() {
            return 7;
        }

        @Override
        public OptionalLong snapshotIndex() {
            return OptionalLong.empty();
        }

        @Override
        public int memberCount() {
            return 2;
        }

        @Override
        public List<QuorumMember> members() {
            return List.of(member(1, OptionalLong.empty()), member(2, OptionalLong.of(1)));
        }

        @Override
        public CompletableFuture<Applied> submit(Command command, long timeMs) {
            throw new AssertionError("nothing is written");
        }
    }

    /** What is said of a transfer that fails, when somebody leads in some term by then. */
    private Throwable transferFails(int leaderId, long term) {
        CompletableFuture<?> answer =
                changes.transfer(
                        TransferControllerLeadershipRequest.newBuilder().setNodeId(2).build());
        group.leaderId = leaderId;
        group.term = term;
        group.transfer.completeExceptionally(new GroupChangeException("lost", null));
        return answer.handle((done, thrown) -> thrown).join();
    }

    @Test
    void whatChangedNothingIsSaidAsItIs() {
        assertThat(transferFails(1, 5)).hasRootCauseInstanceOf(GroupChangeException.class);
    }

    @Test
    void aLostElectionIsToBeAskedAgainOfWhomeverLeads() {
        assertThat(Status.fromThrowable(transferFails(3, 6)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aLostElectionIsToBeAskedAgainAlsoOfTheSameLeader() {
        assertThat(Status.fromThrowable(transferFails(1, 7)).getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }
}
