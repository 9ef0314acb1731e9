// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.taffrail.api.v1.AdminServiceGrpc;
import io.taffrail.api.v1.CreateTopicRequest;
import io.taffrail.api.v1.LogServiceGrpc;
import io.taffrail.node.NodeProcess;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One TCP connection to a node, with the generated stubs and nothing between. */
public final class NodeChannel implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final ManagedChannel channel;

    private NodeChannel(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Connects when it is first used. Takes messages of any size. */
    public static NodeChannel to(NodeProcess node) {
        return new NodeChannel(
                NettyChannelBuilder.forAddress(node.api().host(), node.api().port())
                        .usePlaintext()
                        .disableRetry()
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build());
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** For calls that end. */
    public LogServiceGrpc.LogServiceBlockingStub log() {
        return LogServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** For calls that end. */
    public AdminServiceGrpc.AdminServiceBlockingStub admin() {
        return AdminServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** A topic whose appends do not wait for the disk: what is measured is not fsync. */
    public void createTopic(String topic, int partitions) {
        var unused =
                admin().createTopic(
                                CreateTopicRequest.newBuilder()
                                        .setTopic(topic)
                                        .setPartitionCount(partitions)
                                        .setReplicationFactor(1)
                                        .putAllConfigs(
                                                Map.of(
                                                        "flush",
                                                        "os",
                                                        "segment.bytes",
                                                        Integer.toString(64 << 20)))
                                        .build());
    }

    @Override
    public void close() {
        breakOff();
    }

    /** Ends it at once; what is on its way is lost. */
    void breakOff() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
