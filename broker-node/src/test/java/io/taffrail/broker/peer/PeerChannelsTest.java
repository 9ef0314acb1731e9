// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.taffrail.broker.peer.PeerChannels.Use;
import io.taffrail.broker.testing.TestImages;
import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.MetadataImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerChannelsTest {
    private static final HostPort ONE = new HostPort("one.invalid", 9650);
    private static final HostPort TWO = new HostPort("two.invalid", 9650);

    private final PeerChannels channels = new PeerChannels(new NettyChannelFactory());

    @AfterEach
    void close() {
        channels.close();
    }

    @Test
    void keepsOneConnectionForEachBrokerAndUse() {
        ManagedChannel channel = channels.channel(ONE, Use.FORWARD);

        assertThat(channels.channel(ONE, Use.FORWARD)).isSameAs(channel);
        assertThat(channels.channel(ONE, Use.CONTROL)).isNotSameAs(channel);
        assertThat(channels.channel(TWO, Use.FORWARD)).isNotSameAs(channel);
    }

    @Test
    void closesWhatLeadsToNoBroker() {
        ManagedChannel gone = channels.channel(ONE, Use.IN_SYNC);
        ManagedChannel kept = channels.channel(TWO, Use.IN_SYNC);

        channels.retainOnly(MetadataImage.EMPTY.apply(TestImages.broker(2, TWO.host())));

        assertThat(gone.isShutdown()).isTrue();
        assertThat(kept.isShutdown()).isFalse();
        assertThat(channels.channel(ONE, Use.IN_SYNC)).isNotSameAs(gone);
    }

    @Test
    void opensNothingOnceClosed() {
        ManagedChannel channel = channels.channel(ONE, Use.CONTROL);

        channels.close();

        assertThat(channel.isShutdown()).isTrue();
        assertThatThrownBy(() -> channels.channel(ONE, Use.CONTROL))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Each failure makes gRPC's own pause longer; none of it must be left to sit out. */
    @Test
    void reachesABrokerThatComesBackAfterManyFailures() throws Exception {
        HostPort address = new HostPort("127.0.0.1", freePort());
        ManagedChannel channel = channels.channel(address, Use.CONTROL);
        for (int i = 0; i < 20; i++) {
            assertThat(askHealth(address)).isEqualTo(Status.Code.UNAVAILABLE);
        }
        awaitEndOfAttempts(channel); // what began before there is a server may still fail
        Server server =
                NettyServerBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
                        .addService(new HealthStatusManager().getHealthService())
                        .build()
                        .start();
        try {
            assertThat(askHealth(address)).isEqualTo(Status.Code.OK);
        } finally {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static void awaitEndOfAttempts(ManagedChannel channel) throws Exception {
        for (ConnectivityState state = channel.getState(false);
                state == ConnectivityState.CONNECTING;
                state = channel.getState(false)) {
            CompletableFuture<Void> changed = new CompletableFuture<>();
            channel.notifyWhenStateChanged(state, () -> changed.complete(null));
            changed.get(30, TimeUnit.SECONDS);
        }
    }

    private Status.Code askHealth(HostPort address) {
        try {
            var unused =
                    HealthGrpc.newBlockingStub(channels.channel(address, Use.CONTROL))
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
