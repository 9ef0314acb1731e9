// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.taffrail.api.internal.v1.ChangeQuorumResponse;
import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.ControllerRef;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.controller.membership.Acquaintance;
import io.taffrail.controller.membership.GroupChanges;
import io.taffrail.controller.membership.GroupPeer;
import io.taffrail.controller.membership.GroupPlan;
import io.taffrail.controller.membership.Introduction;
import io.taffrail.controller.membership.PeerConnections;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.Quorum;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.DirectoryId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the leader does when a member shall come, go, or lead. */
public final class QuorumChanges {
    private static final Logger log = LoggerFactory.getLogger(QuorumChanges.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5); // it may have just started

    private final Quorum quorum;
    private final Supplier<GroupChanges> group;
    private final PeerConnections connections;
    private final QuorumReport report;

    /**
     * @param group of the member, once there is one
     * @param connections to ask a new controller who it is
     */
    public QuorumChanges(
            Quorum quorum, Supplier<GroupChanges> group, PeerConnections connections, int nodeId) {
        this.quorum = quorum;
        this.group = group;
        this.connections = connections;
        this.report = new QuorumReport(quorum, nodeId);
    }

    CompletableFuture<ChangeQuorumResponse> add(AddControllerRequest request) {
        Optional<PeerName> replaced =
                request.hasReplaces() ? Optional.of(name(request.getReplaces())) : Optional.empty();
        return newcomer(request, replaced)
                .thenCompose(added -> add(added, replaced, request.getValidateOnly()));
    }

    private CompletableFuture<ChangeQuorumResponse> add(
            GroupPeer added, Optional<PeerName> replaced, boolean dryRun) {
        GroupPlan plan = plan();
        List<GroupPeer> to = plan.add(added, replaced);
        return !dryRun && replaced.equals(Optional.of(plan.leader()))
                ? handOver(plan)
                : change(to, dryRun, "adding " + added.name());
    }

    /** The new controller itself says who it is; what the request says must agree. */
    private CompletableFuture<GroupPeer> newcomer(
            AddControllerRequest request, Optional<PeerName> replaced) {
        HostPort address = apiAddress(request, replaced);
        return Acquaintance.askOnce(connections, address, PATIENCE)
                .handle(
                        (answer, failure) -> {
                            if (failure != null) {
                                throw precondition(
                                        "no controller answers at "
                                                + address
                                                + ", where the new one should be ("
                                                + Status.fromThrowable(failure).getCode()
                                                + "): is it running?");
                            }
                            return checked(request, address, answer);
                        });
    }

    private HostPort apiAddress(AddControllerRequest request, Optional<PeerName> replaced) {
        if (!request.getApiAddress().isEmpty()) {
            return HostPort.parse(request.getApiAddress());
        }
        return replaced.flatMap(
                        old ->
                                group.get().peers().stream()
                                        .filter(peer -> peer.name().equals(old))
                                        .findFirst())
                .or(() -> member(request.getNodeId()))
                .map(GroupPeer::apiAddress)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "api_address: where is the new controller's API?"));
    }

    private Optional<GroupPeer> member(int nodeId) {
        return group.get().peers().stream()
                .filter(peer -> peer.name().nodeId() == nodeId)
                .findFirst();
    }

    private GroupPeer checked(
            AddControllerRequest request, HostPort address, Introduction newcomer) {
        PeerName name = newcomer.name();
        String directoryId = request.getDirectoryId();
        boolean asNamed =
                directoryId.isEmpty() || directoryId.equals(name.directoryId().toString());
        if (name.nodeId() != request.getNodeId() || !asNamed) {
            throw precondition(
                    String.format(
                            "at %s there is the controller %s, not the one asked for",
                            address, name));
        }
        boolean waits =
                newcomer.running()
                        && newcomer.written()
                                .filter(
                                        group ->
                                                group.clusterId()
                                                        .toString()
                                                        .equals(quorum.clusterId()))
                                .isPresent();
        if (!waits) {
            throw precondition(
                    String.format(
                            "controller %s does not wait to join this cluster, %s: start it with an empty data.dir"
                                    + " and the list of this cluster's controllers",
                            name, quorum.clusterId()));
        }
        HostPort raft =
                request.getRaftAddress().isEmpty()
                        ? newcomer.self().raftAddress()
                        : HostPort.parse(request.getRaftAddress());
        return new GroupPeer(name, raft, address);
    }

    CompletableFuture<ChangeQuorumResponse> remove(RemoveControllerRequest request) {
        PeerName removed = name(request.getController());
        GroupPlan plan = plan();
        List<GroupPeer> to = plan.remove(removed);
        if (!request.getValidateOnly() && removed.equals(plan.leader())) {
            return handOver(plan);
        }
        return change(to, request.getValidateOnly(), "removing " + removed);
    }

    /** A leader does not take itself out: the next one does, asked by whoever asked here. */
    private CompletableFuture<ChangeQuorumResponse> handOver(GroupPlan plan) {
        PeerName successor = plan.successor(Optional.empty());
        log.info("{} shall leave: {} is to lead before", plan.leader(), successor);
        long term = quorum.term();
        return group.get()
                .transferTo(successor)
                .handle(
                        (done, failure) -> {
                            throw failure == null
                                    ? Failures.notController(quorum)
                                    : unlessLost(failure, term);
                        });
    }

    CompletableFuture<ChangeQuorumResponse> transfer(TransferControllerLeadershipRequest request) {
        Optional<Integer> nodeId =
                request.hasNodeId() ? Optional.of(request.getNodeId()) : Optional.empty();
        GroupPlan plan = plan();
        if (nodeId.filter(id -> id == plan.leader().nodeId()).isPresent()) {
            return CompletableFuture.completedFuture(response(plan.leader().nodeId()));
        }
        PeerName successor = plan.successor(nodeId);
        if (request.getValidateOnly()) {
            return CompletableFuture.completedFuture(response(successor.nodeId()));
        }
        log.info("handing the lead to {}", successor);
        long term = quorum.term();
        return group.get()
                .transferTo(successor)
                .handle(
                        (done, failure) -> {
                            if (failure == null) {
                                return response(successor.nodeId());
                            }
                            throw unlessLost(failure, term);
                        });
    }

    /**
     * What to say of a lead that was not handed over. An entry that its leader appends just then
     * costs the successor its election, and this member the lead; who asked is to ask whoever is
     * elected after that.
     */
    private RuntimeException unlessLost(Throwable failure, long term) {
        return quorum.isLeader() && quorum.term() == term
                ? new CompletionException(failure)
                : Failures.notController(quorum);
    }

    private CompletableFuture<ChangeQuorumResponse> change(
            List<GroupPeer> to, boolean dryRun, String what) {
        List<GroupPeer> from = group.get().peers();
        if (dryRun || from.equals(to)) {
            return CompletableFuture.completedFuture(response(plan().leader().nodeId()));
        }
        log.info("{}: the controllers' group becomes {}", what, to);
        return group.get()
                .change(from.stream().map(GroupPeer::name).toList(), to)
                .thenApply(done -> response(plan().leader().nodeId()));
    }

    private GroupPlan plan() {
        return new GroupPlan(group.get().peers(), quorum.members(), quorum.commitIndex());
    }

    private ChangeQuorumResponse response(int leaderId) {
        return ChangeQuorumResponse.newBuilder()
                .addAllPeers(report.describe().getPeersList())
                .setLeaderId(leaderId)
                .setTerm(quorum.term())
                .build();
    }

    private static PeerName name(ControllerRef controller) {
        return new PeerName(controller.getNodeId(), DirectoryId.parse(controller.getDirectoryId()));
    }

    private static StatusRuntimeException precondition(String message) {
        return Status.FAILED_PRECONDITION.withDescription(message).asRuntimeException();
    }
}
