// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.taffrail.api.internal.v1.AllocateProducerIdsRequest;
import io.taffrail.api.internal.v1.AllocateProducerIdsResponse;
import io.taffrail.api.internal.v1.ControllerServiceGrpc;
import io.taffrail.broker.peer.NettyChannelFactory;
import io.taffrail.model.Clock;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two controllers: the first was the active one when last heard of, the second is now. */
@Timeout(60)
class ControllerClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Controller second = new Controller(Optional.empty());
    private Server secondServer;

    /** Allocates the id 7, or fails. */
    private static final class Controller extends ControllerServiceGrpc.ControllerServiceImplBase {
        private final Optional<Status> failure;
        private final AtomicInteger asked = new AtomicInteger();

        Controller(Optional<Status> failure) {
            this.failure = failure;
        }

        @Override
        public void allocateProducerIds(
                AllocateProducerIdsRequest request,
                StreamObserver<AllocateProducerIdsResponse> responses) {
            asked.incrementAndGet();
            if (failure.isPresent()) {
                responses.onError(failure.get().asRuntimeException());
                return;
            }
            responses.onNext(
                    AllocateProducerIdsResponse.newBuilder().setFirstProducerId(7).build());
            responses.onCompleted();
        }
    }

    private static Server serve(Controller controller) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(controller)
                .build()
                .start();
    }

    @BeforeEach
    void start() throws IOException {
        secondServer = serve(second);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        secondServer.shutdownNow();
    }

    private AllocateProducerIdsResponse allocate(int firstPort) throws Exception {
        try (ControllerChannels channels =
                new ControllerChannels(
                        Map.of(
                                1,
                                new HostPort("127.0.0.1", firstPort),
                                2,
                                new HostPort("127.0.0.1", secondServer.getPort())),
                        new NettyChannelFactory())) {
            channels.isActive(1);
            ControllerClient client =
                    new ControllerClient(
                            channels,
                            new ClusterState(timer, OptionalInt::empty),
                            Clock.SYSTEM,
                            timer);
            return client.allocateProducerIds(PATIENCE).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void asksAnotherWhereNobodyListens() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThat(allocate(closed).getFirstProducerId()).isEqualTo(7);
    }

    @Test
    void knowsWhoTheControllersAreByNow() {
        HostPort somewhere = new HostPort("127.0.0.1", 1);
        try (ControllerChannels channels =
                new ControllerChannels(
                        Map.of(1, somewhere, 2, somewhere), new NettyChannelFactory())) {
            channels.are(Map.of(2, somewhere, 3, somewhere));
            assertThat(channels.ids()).containsExactly(2, 3);
            assertThat(channels.next()).isIn(2, 3);
            channels.are(Map.of());
            assertThat(channels.ids()).as("a controller that does not tell").containsExactly(2, 3);
            assertThat(channels.channel(1)).as("for who still holds the id").isNotNull();
        }
    }

    @Test
    void asksNobodyElseForWhatMayHaveBeenDone() throws Exception {
        Server broken = serve(new Controller(Optional.of(Status.UNAVAILABLE)));
        try {
            assertThatThrownBy(() -> allocate(broken.getPort()))
                    .hasMessageContaining("no active controller could be reached");
            assertThat(second.asked).hasValue(0);
        } finally {
            broken.shutdownNow();
        }
    }
}
