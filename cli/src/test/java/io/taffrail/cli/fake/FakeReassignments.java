// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.v1.AddControllerRequest;
import io.taffrail.api.v1.AddControllerResponse;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.BrokerState;
import io.taffrail.api.v1.BrokerSummary;
import io.taffrail.api.v1.DecommissionBrokerRequest;
import io.taffrail.api.v1.DecommissionBrokerResponse;
import io.taffrail.api.v1.ElectLeadersRequest;
import io.taffrail.api.v1.ElectLeadersResponse;
import io.taffrail.api.v1.ElectLeadersResult;
import io.taffrail.api.v1.ListReassignmentsRequest;
import io.taffrail.api.v1.ListReassignmentsResponse;
import io.taffrail.api.v1.PartitionReassignment;
import io.taffrail.api.v1.PartitionRef;
import io.taffrail.api.v1.PlanReassignmentRequest;
import io.taffrail.api.v1.PlanReassignmentResponse;
import io.taffrail.api.v1.QuorumPeer;
import io.taffrail.api.v1.QuorumRole;
import io.taffrail.api.v1.ReassignPartitionsRequest;
import io.taffrail.api.v1.ReassignPartitionsResponse;
import io.taffrail.api.v1.ReassignmentResult;
import io.taffrail.api.v1.ReassignmentStatus;
import io.taffrail.api.v1.RemoveControllerRequest;
import io.taffrail.api.v1.RemoveControllerResponse;
import io.taffrail.api.v1.ReplaceDiskRequest;
import io.taffrail.api.v1.ReplaceDiskResponse;
import io.taffrail.api.v1.ReplicaAssignment;
import io.taffrail.api.v1.TransferControllerLeadershipRequest;
import io.taffrail.api.v1.TransferControllerLeadershipResponse;
import io.taffrail.api.v1.UnregisterBrokerRequest;
import io.taffrail.api.v1.UnregisterBrokerResponse;
import java.util.List;
import java.util.function.Supplier;

/**
 * Moves, elections and changes of controllers as a {@link FakeCluster} plays them. A move copies
 * 100 bytes each time that somebody looks, and is done at 300. Broker 8 empties one replica at each
 * look; broker 9 never does.
 */
class FakeReassignments extends AdminServiceGrpc.AdminServiceImplBase {
    private static final int STEP_BYTES = 100;
    private static final int BYTES_OF_A_MOVE = 300;
    private static final int NEVER_EMPTY = 9;

    private final FakeCluster cluster;

    FakeReassignments(FakeCluster cluster) {
        this.cluster = cluster;
    }

    final <T> void answer(StreamObserver<T> out, Supplier<T> answer) {
        synchronized (cluster) {
            try {
                out.onNext(answer.get());
                out.onCompleted();
            } catch (StatusRuntimeException e) {
                out.onError(e);
            }
        }
    }

    private <T> void change(StreamObserver<T> out, Message request, Supplier<T> answer) {
        answer(
                out,
                () -> {
                    cluster.changes.add(request);
                    return answer.get();
                });
    }

    @Override
    public void reassignPartitions(
            ReassignPartitionsRequest request, StreamObserver<ReassignPartitionsResponse> out) {
        change(
                out,
                request,
                () -> {
                    ReassignPartitionsResponse.Builder response =
                            ReassignPartitionsResponse.newBuilder();
                    for (PartitionReassignment each : request.getReassignmentsList()) {
                        response.addResults(reassign(each, request.getValidateOnly()));
                    }
                    return response.build();
                });
    }

    private ReassignmentResult reassign(PartitionReassignment wanted, boolean validateOnly) {
        PartitionRef partition = wanted.getPartition();
        ReassignmentResult.Builder result = ReassignmentResult.newBuilder().setPartition(partition);
        try {
            Object known = cluster.log(partition.getTopic(), partition.getPartition());
            String name = known == null ? "" : partition.getTopic() + partition.getPartition();
            if (wanted.hasCancel()) {
                cluster.moves.remove(name);
                return result.build();
            }
            ReassignmentStatus status =
                    ReassignmentStatus.newBuilder()
                            .setPartition(partition)
                            .addBrokerIds(0)
                            .addAllBrokerIds(wanted.getTarget().getBrokerIdsList())
                            .addAllAddingBrokerIds(wanted.getTarget().getBrokerIdsList())
                            .addRemovingBrokerIds(0)
                            .setCopiedBytes(0)
                            .setRemainingBytes(BYTES_OF_A_MOVE)
                            .build();
            if (!validateOnly) {
                cluster.moves.put(name, status);
            }
            result.setStatus(status);
        } catch (StatusRuntimeException e) {
            result.setError(
                    StatusTranslator.toStatus(StatusTranslator.fromException(e).orElseThrow()));
        }
        return result.build();
    }

    @Override
    public void listReassignments(
            ListReassignmentsRequest request, StreamObserver<ListReassignmentsResponse> out) {
        answer(
                out,
                () -> {
                    ListReassignmentsResponse response =
                            ListReassignmentsResponse.newBuilder()
                                    .addAllReassignments(List.copyOf(cluster.moves.values()))
                                    .build();
                    cluster.moves.replaceAll((name, status) -> further(status));
                    cluster.moves.values().removeIf(status -> status.getRemainingBytes() == 0);
                    return response;
                });
    }

    private static ReassignmentStatus further(ReassignmentStatus status) {
        return status.toBuilder()
                .setCopiedBytes(status.getCopiedBytes() + STEP_BYTES)
                .setRemainingBytes(status.getRemainingBytes() - STEP_BYTES)
                .build();
    }

    @Override
    public void planReassignment(
            PlanReassignmentRequest request, StreamObserver<PlanReassignmentResponse> out) {
        PartitionReassignment move =
                PartitionReassignment.newBuilder()
                        .setPartition(PartitionRef.newBuilder().setTopic("orders").setPartition(1))
                        .setTarget(ReplicaAssignment.newBuilder().addBrokerIds(2).addBrokerIds(1))
                        .build();
        answer(
                out,
                () ->
                        request.getTopicsList().contains("even")
                                ? PlanReassignmentResponse.getDefaultInstance()
                                : PlanReassignmentResponse.newBuilder()
                                        .addReassignments(move)
                                        .setMovedReplicaCount(2)
                                        .build());
    }

    @Override
    public void electLeaders(
            ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> out) {
        change(
                out,
                request,
                () -> {
                    ElectLeadersResponse.Builder response = ElectLeadersResponse.newBuilder();
                    for (PartitionRef partition : request.getPartitionsList()) {
                        response.addResults(
                                ElectLeadersResult.newBuilder()
                                        .setPartition(partition)
                                        .setLeaderId(request.getLeaderId())
                                        .setLeaderEpoch(4)
                                        .setChanged(true));
                    }
                    boolean first = cluster.changes.size() == 1;
                    if (request.getPartitionsCount() == 0 && first) {
                        response.addResults(
                                ElectLeadersResult.newBuilder()
                                        .setPartition(PartitionRef.newBuilder().setTopic("orders"))
                                        .setLeaderId(0)
                                        .setLeaderEpoch(5)
                                        .setChanged(true));
                    }
                    return response.build();
                });
    }

    @Override
    public void decommissionBroker(
            DecommissionBrokerRequest request, StreamObserver<DecommissionBrokerResponse> out) {
        change(
                out,
                request,
                () -> {
                    DecommissionBrokerResponse.Builder response =
                            DecommissionBrokerResponse.newBuilder()
                                    .setBroker(broker(request.getBrokerId(), !request.getCancel()));
                    if (request.getBrokerId() == NEVER_EMPTY) {
                        return response.setRemainingReplicaCount(1)
                                .addStuckPartitions(PartitionRef.newBuilder().setTopic("orders"))
                                .build();
                    }
                    int left = Math.max(0, 3 - cluster.changes.size());
                    return response.setRemainingReplicaCount(left)
                            .setRemainingBytes(left * 1000L)
                            .build();
                });
    }

    private static BrokerSummary broker(int id, boolean leaving) {
        return BrokerSummary.newBuilder()
                .setBrokerId(id)
                .setState(BrokerState.BROKER_STATE_ACTIVE)
                .setDecommissioning(leaving)
                .build();
    }

    @Override
    public void unregisterBroker(
            UnregisterBrokerRequest request, StreamObserver<UnregisterBrokerResponse> out) {
        change(
                out,
                request,
                () -> {
                    if (request.getBrokerId() == 0) {
                        throw Status.FAILED_PRECONDITION
                                .withDescription("broker 0 is alive")
                                .asRuntimeException();
                    }
                    return UnregisterBrokerResponse.getDefaultInstance();
                });
    }

    @Override
    public void replaceDisk(ReplaceDiskRequest request, StreamObserver<ReplaceDiskResponse> out) {
        change(
                out,
                request,
                () ->
                        ReplaceDiskResponse.newBuilder()
                                .setBroker(broker(request.getNodeId(), false))
                                .setReplicaCount(12)
                                .addLeaderlessPartitions(
                                        PartitionRef.newBuilder().setTopic("orders"))
                                .build());
    }

    @Override
    public void addController(
            AddControllerRequest request, StreamObserver<AddControllerResponse> out) {
        change(
                out,
                request,
                () -> {
                    if (cluster.isControllerStarting()) {
                        throw Status.FAILED_PRECONDITION
                                .withDescription("no controller answers there")
                                .asRuntimeException();
                    }
                    return AddControllerResponse.newBuilder()
                            .addPeers(peer(request.getNodeId()))
                            .build();
                });
    }

    @Override
    public void removeController(
            RemoveControllerRequest request, StreamObserver<RemoveControllerResponse> out) {
        change(out, request, () -> RemoveControllerResponse.newBuilder().addPeers(peer(0)).build());
    }

    private static QuorumPeer peer(int nodeId) {
        return QuorumPeer.newBuilder()
                .setNodeId(nodeId)
                .setDirectoryId(FakeCluster.CLUSTER_ID)
                .setRole(QuorumRole.QUORUM_ROLE_FOLLOWER)
                .setRaftAddress("127.0.0.1:9651")
                .setApiAddress("127.0.0.1:9650")
                .build();
    }

    @Override
    public void transferControllerLeadership(
            TransferControllerLeadershipRequest request,
            StreamObserver<TransferControllerLeadershipResponse> out) {
        change(
                out,
                request,
                () ->
                        TransferControllerLeadershipResponse.newBuilder()
                                .setLeaderId(request.hasNodeId() ? request.getNodeId() : 1)
                                .setTerm(7)
                                .build());
    }
}
