// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.rpc;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.taffrail.broker.connection.ConnectionLifetimes;
import io.taffrail.broker.connection.ConnectionLimit;
import io.taffrail.broker.connection.EndsWithConnection;
import io.taffrail.model.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A node's gRPC server: the services it is given, and beside them health, reflection and channelz.
 * Handlers run on the event loops and must not block.
 */
public final class ApiServer implements AutoCloseable {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(20);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PERMITTED_PING_INTERVAL = Duration.ofSeconds(10);
    private static final Duration FORCED_STOP = Duration.ofSeconds(2);
    private static final int CHANNELZ_PAGE_SIZE = 100;

    /** Health of the node as a whole goes by this name. */
    private static final String OVERALL = "";

    private final ApiLimits limits;
    private final ConnectionLimit connections;
    private final ConnectionLifetimes lifetimes;
    private final EventLoops eventLoops = EventLoops.start();
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<String> healthNames = new ArrayList<>(List.of(OVERALL));
    private final Server server;

    private ApiServer(
            HostPort listen,
            ApiLimits limits,
            ApiServices services,
            CallObserver observer,
            ByteBufAllocator allocator) {
        this.limits = limits;
        this.connections = new ConnectionLimit(limits.maxConnections());
        this.lifetimes =
                new ConnectionLifetimes(
                        limits.connectionAge(),
                        eventLoops.timer(),
                        () -> ThreadLocalRandom.current().nextLong());
        NettyServerBuilder builder = transport(listen, allocator);
        for (ServerServiceDefinition service : services.api()) {
            builder.addService(MalformedRequests.refusedBefore(service));
            healthNames.add(service.getServiceDescriptor().getName());
        }
        for (BindableService service : services.internal()) {
            builder.addService(
                    MalformedRequests.refusedBefore(
                            ServerInterceptors.intercept(
                                    service, EndsWithConnection.whenStopping())));
        }
        for (BindableService service : aids()) {
            builder.addService(
                    MalformedRequests.refusedBefore(
                            ServerInterceptors.intercept(service, EndsWithConnection.always())));
        }
        builder.intercept(new UncaughtExceptions());
        builder.intercept(
                new CallCounting(observer)); // around the other: it sees what that answers
        this.server = builder.build();
        setServing(false);
    }

    /**
     * Starts listening. Says NOT_SERVING until told otherwise, and serves all the same.
     *
     * @param listen port 0: a free one is chosen
     * @param allocator of the connections' buffers, also of those that are sent
     * @throws ApiListenException if the address is taken or not this machine's
     */
    public static ApiServer start(
            HostPort listen,
            ApiLimits limits,
            ApiServices services,
            CallObserver observer,
            ByteBufAllocator allocator)
            throws ApiListenException {
        ApiServer api = new ApiServer(listen, limits, services, observer, allocator);
        try {
            api.server.start();
            return api;
        } catch (IOException e) {
            api.eventLoops.close();
            throw cannotListen(listen, e);
        }
    }

    private NettyServerBuilder transport(HostPort listen, ByteBufAllocator allocator) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
                .directExecutor()
                .bossEventLoopGroup(eventLoops.acceptor())
                .workerEventLoopGroup(eventLoops.workers())
                .channelFactory(this::listeningChannel)
                .withChildOption(ChannelOption.ALLOCATOR, allocator)
                .maxInboundMessageSize(limits.maxRequestBytes())
                .maxConcurrentCallsPerConnection(limits.maxStreamsPerConnection())
                .keepAliveTime(PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(PERMITTED_PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionAge(limits.connectionAge().toMillis(), TimeUnit.MILLISECONDS)
                .addTransportFilter(lifetimes);
    }

    private NioServerSocketChannel listeningChannel() {
        NioServerSocketChannel channel = new NioServerSocketChannel();
        channel.pipeline().addLast(connections);
        return channel;
    }

    /** What helps to look at a server from outside. Tools still ask for the older reflection. */
    @SuppressWarnings("deprecation")
    private List<BindableService> aids() {
        return List.of(
                health.getHealthService(),
                ProtoReflectionServiceV1.newInstance(),
                ProtoReflectionService.newInstance(),
                ChannelzService.newInstance(CHANNELZ_PAGE_SIZE));
    }

    private static ApiListenException cannotListen(HostPort listen, IOException thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof BindException && reason.contains("in use")) {
            return new ApiListenException(
                    "api.listen "
                            + listen
                            + " is taken by another process: stop that, or choose another port",
                    thrown);
        }
        return new ApiListenException(
                "api.listen "
                        + listen
                        + " cannot be used: "
                        + reason
                        + "; it must be an address of this machine and a port that this process may"
                        + " open",
                thrown);
    }

    /** Where it listens, with the port that was chosen. */
    public HostPort address() {
        InetSocketAddress bound = (InetSocketAddress) server.getListenSockets().get(0);
        return new HostPort(bound.getAddress().getHostAddress(), bound.getPort());
    }

    /** What health checks are answered: of the node as a whole, and of each of its services. */
    public void setServing(boolean serving) {
        ServingStatus status = serving ? SERVING : NOT_SERVING;
        healthNames.forEach(name -> health.setStatus(name, status));
    }

    /** Connections at present. */
    public int openConnections() {
        return connections.open();
    }

    /**
     * Takes no more connections and calls, lets the streams end with SHUTTING_DOWN and the calls
     * with their answers, and cuts off what is left after the grace. Blocks meanwhile; may be
     * called twice.
     */
    @Override
    public void close() {
        if (!server.isShutdown()) {
            health.enterTerminalState();
        }
        server.shutdown(); // first: a stream that is ended must not be opened again here
        lifetimes.stop();
        try {
            if (!server.awaitTermination(limits.stopGrace().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(FORCED_STOP.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        } finally {
            eventLoops.close();
        }
    }
}
