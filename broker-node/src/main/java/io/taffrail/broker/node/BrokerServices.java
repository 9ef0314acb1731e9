// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.netty.buffer.ByteBufAllocator;
import io.taffrail.broker.config.NodeConfig;
import io.taffrail.broker.fetch.FetchEnvironment;
import io.taffrail.broker.fetch.FetchMethods;
import io.taffrail.broker.fetch.serve.ServingPath;
import io.taffrail.broker.metadata.ActiveController;
import io.taffrail.broker.metadata.ControllerClient;
import io.taffrail.broker.produce.ProduceMethods;
import io.taffrail.broker.produce.ProduceServices;
import io.taffrail.broker.replication.ReplicationFinder;
import io.taffrail.broker.replication.stream.FeedEnvironment;
import io.taffrail.broker.replication.stream.ReplicaFeeds;
import io.taffrail.broker.rpc.AdminMethods;
import io.taffrail.broker.rpc.LogServiceDefinition;
import io.taffrail.broker.rpc.NodeFacts;
import io.taffrail.broker.rpc.ProgressMethod;
import io.taffrail.broker.rpc.ProgressReports;
import io.taffrail.broker.rpc.WatchTopicsMethod;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients call of a broker, and other brokers. */
final class BrokerServices {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerServices.class);

    private final BrokerSetting setting;
    private final ClusterLinks links;
    private final HeldReplicas held;
    private final NodeMetrics metrics;
    private final ActiveController controller;
    private final FetchMethods fetch;
    private final List<ServerServiceDefinition> definitions;

    /**
     * @param disk what is told of it
     */
    BrokerServices(
            BrokerSetting setting,
            ClusterLinks links,
            HeldReplicas held,
            DataDirectoryWatch disk,
            NodeMetrics metrics) {
        this.setting = setting;
        this.links = links;
        this.held = held;
        this.metrics = metrics;
        controller =
                new ControllerClient(
                        links.controllers(),
                        links.cluster(),
                        setting.clock(),
                        setting.threads().timer());
        fetch = fetch();
        ProgressMethod progress =
                new ProgressMethod(links.cluster(), held.finder(), setting.threads().timer());
        definitions =
                List.of(
                        LogServiceDefinition.of(logMethods()),
                        admin(progress, disk).service(),
                        feeds().service(),
                        progress.service());
    }

    private FetchMethods fetch() {
        ServingPath servingPath = setting.environment().servingPath().get();
        LOG.info("entries of the log reach the network {}", servingPath);
        return new FetchMethods(
                new FetchEnvironment(
                        setting.brokerId(),
                        held.finder(),
                        links.forwarding(),
                        links.cluster(),
                        setting.threads().readers(),
                        setting.threads().timer(),
                        setting.clock()),
                setting.config().limits().fetch(),
                metrics,
                servingPath);
    }

    private List<ServerMethodDefinition<?, ?>> logMethods() {
        NodeExecutors threads = setting.threads();
        ProduceMethods produce =
                new ProduceMethods(
                        new ProduceServices(
                                setting.brokerId(),
                                held.finder(),
                                links.forwarding(),
                                links.cluster(),
                                controller,
                                threads.workers(),
                                threads.timer(),
                                setting.clock(),
                                setting.config().limits().produce(),
                                metrics));
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        methods.add(produce.produce());
        methods.add(produce.append());
        methods.add(produce.initProducer());
        methods.addAll(fetch.definitions());
        methods.add(new WatchTopicsMethod(links.cluster(), threads.timer()).definition());
        return methods;
    }

    private AdminMethods admin(ProgressMethod progress, DataDirectoryWatch disk) {
        NodeConfig config = setting.config();
        return new AdminMethods(
                links.cluster(),
                controller,
                held.finder(),
                links.forwarding(),
                new ProgressReports(setting.brokerId(), links.cluster(), progress, links.peers()),
                disk,
                new NodeFacts(
                        setting.brokerId(),
                        links.controllers()::ids,
                        config.topics().defaults(),
                        config.limits().api().maxRequestBytes()),
                setting.threads().timer());
    }

    private ReplicaFeeds feeds() {
        return new ReplicaFeeds(
                new FeedEnvironment(
                        setting.brokerId(),
                        links.cluster(),
                        new ReplicationFinder(setting.brokerId(), links.cluster(), held.replicas()),
                        setting.threads().readers(),
                        setting.threads().timer(),
                        setting.clock()),
                fetch.injecting());
    }

    List<ServerServiceDefinition> definitions() {
        return definitions;
    }

    /** Of the buffers of connections. */
    ByteBufAllocator allocator() {
        return fetch.childAllocator();
    }
}
