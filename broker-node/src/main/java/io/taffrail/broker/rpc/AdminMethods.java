// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.broker.forward.Forwarding;
import io.taffrail.broker.forward.Hop;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ClusterView;
import io.taffrail.broker.replication.Partitions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/** AdminService: each method bound to what answers it. */
public final class AdminMethods {
    private final TopicChanges changes;
    private final TopicQueries topics;
    private final ClusterQueries cluster;
    private final QuorumSteering quorum;
    private final RecordDeletion deletion;
    private final ReassignmentMethods reassignments;
    private final ElectionMethod elections;
    private final DecommissionMethod decommission;
    private final BrokerChanges brokers;
    private final WatchClusterMethod watchCluster;
    private final Executor executor;

    /**
     * @param executor does the work of all methods: nothing on it blocks, but a walk over a large
     *     cluster's partitions is too long for an event loop
     */
    public AdminMethods(
            ClusterView view,
            ActiveController controller,
            Partitions partitions,
            Forwarding forwarding,
            ProgressReports progress,
            DirectoryReport directories,
            NodeFacts facts,
            ScheduledExecutorService executor) {
        TopicDescriptions descriptions = new TopicDescriptions(facts.topicDefaults());
        this.changes = new TopicChanges(view, controller, descriptions, facts.largestBatchBytes());
        this.topics = new TopicQueries(view, descriptions, progress);
        this.reassignments = new ReassignmentMethods(view, controller, progress);
        this.elections = new ElectionMethod(controller);
        this.decommission = new DecommissionMethod(view, controller, progress);
        this.brokers = new BrokerChanges(view, controller);
        this.cluster =
                new ClusterQueries(
                        view,
                        controller,
                        new DirectoryDescriptions(facts.nodeId(), directories),
                        facts);
        this.quorum = new QuorumSteering(controller);
        this.deletion = new RecordDeletion(view, partitions, forwarding);
        this.executor = executor;
        this.watchCluster = new WatchClusterMethod(view, executor);
    }

    /** The service; methods that nothing answers yet say UNIMPLEMENTED. */
    public ServerServiceDefinition service() {
        Map<String, ServerMethodDefinition<?, ?>> byName = new LinkedHashMap<>();
        for (MethodDescriptor<?, ?> method : AdminServiceGrpc.getServiceDescriptor().getMethods()) {
            byName.put(method.getFullMethodName(), MethodDefinitions.unimplemented(method));
        }
        for (ServerMethodDefinition<?, ?> method : definitions()) {
            byName.put(method.getMethodDescriptor().getFullMethodName(), method);
        }
        return ServerInterceptors.intercept(
                MethodDefinitions.service(AdminServiceGrpc.getServiceDescriptor(), byName.values()),
                new Hop());
    }

    private List<ServerMethodDefinition<?, ?>> definitions() {
        return List.of(
                unary(AdminServiceGrpc.getCreateTopicMethod(), changes::create),
                unary(AdminServiceGrpc.getDeleteTopicMethod(), changes::delete),
                unary(AdminServiceGrpc.getAlterTopicConfigMethod(), changes::alterConfig),
                unary(AdminServiceGrpc.getCreatePartitionsMethod(), changes::createPartitions),
                unary(AdminServiceGrpc.getListTopicsMethod(), topics::list),
                unary(AdminServiceGrpc.getDescribeTopicMethod(), topics::describe),
                unary(AdminServiceGrpc.getDeleteRecordsMethod(), deletion::delete),
                unary(AdminServiceGrpc.getDescribeClusterMethod(), cluster::cluster),
                unary(AdminServiceGrpc.getDescribeQuorumMethod(), cluster::quorum),
                unary(AdminServiceGrpc.getDescribeBrokerMethod(), cluster::broker),
                unary(AdminServiceGrpc.getAddControllerMethod(), quorum::add),
                unary(AdminServiceGrpc.getRemoveControllerMethod(), quorum::remove),
                unary(AdminServiceGrpc.getTransferControllerLeadershipMethod(), quorum::transfer),
                unary(AdminServiceGrpc.getReassignPartitionsMethod(), reassignments::reassign),
                unary(AdminServiceGrpc.getPlanReassignmentMethod(), reassignments::plan),
                unary(AdminServiceGrpc.getListReassignmentsMethod(), reassignments::list),
                unary(AdminServiceGrpc.getElectLeadersMethod(), elections::elect),
                unary(AdminServiceGrpc.getDecommissionBrokerMethod(), decommission::decommission),
                unary(AdminServiceGrpc.getUnregisterBrokerMethod(), brokers::unregister),
                unary(AdminServiceGrpc.getReplaceDiskMethod(), brokers::replaceDisk),
                watchCluster.definition());
    }

    private <Q, R> ServerMethodDefinition<?, ?> unary(
            MethodDescriptor<Q, R> method, Function<Q, CompletableFuture<R>> handler) {
        return MethodDefinitions.unary(
                method,
                request ->
                        CompletableFuture.completedFuture(request)
                                .thenComposeAsync(
                                        handler, Context.current().fixedContextExecutor(executor)));
    }
}
