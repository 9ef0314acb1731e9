// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.internal.v1.MetadataServiceGrpc;
import io.taffrail.api.internal.v1.WatchMetadataRequest;
import io.taffrail.api.internal.v1.WatchMetadataResponse;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Ledger;
import io.taffrail.model.Clock;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.TopicEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that does not read, over a real connection with its real windows. */
class SlowWatcherTest {
    private static final int DELTAS = 200;
    private static final long DEADLINE_SECONDS = 60;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final DeltaRing ring = new DeltaRing(3, 1_000);
    private final MetadataFeed feed =
            new MetadataFeed(() -> "cluster", Clock.SYSTEM, executor, ring);
    private Server server;
    private ManagedChannel channel;
    private MetadataImage image = MetadataImage.EMPTY;

    @BeforeEach
    void serve() throws Exception {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(feed)
                        .build()
                        .start();
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        server.shutdownNow();
        channel.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        server.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        executor.shutdown();
        assertThat(executor.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Ten times the same ten topics, with half a megabyte of settings. */
    private void publish(int number) {
        List<MetadataChange> changes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            changes.add(
                    new MetadataChange.TopicChanged(
                            new TopicEntry(
                                    new TopicId(1, i),
                                    "topic-" + i,
                                    new TreeMap<>(Map.of("note", number + "x".repeat(50_000))),
                                    PartitionerType.MURMUR2,
                                    1)));
        }
        for (MetadataChange change : changes) {
            image = image.apply(change);
        }
        image = image.at(new MetadataVersion(1, number));
        feed.applied(changes, new ControllerState(image, Ledger.EMPTY));
    }

    @Test
    void losesItsPlaceAndGetsAFreshImage() throws Exception {
        Reader reader = new Reader();
        MetadataServiceGrpc.newStub(channel)
                .watchMetadata(WatchMetadataRequest.getDefaultInstance(), reader);
        reader.take(1);
        for (int number = 1; number <= DELTAS; number++) {
            publish(number);
            executor.submit(() -> {}).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        int images = 0;
        int taken = 0;
        MetadataImage followed = MetadataImage.EMPTY;
        while (!followed.equals(image)) {
            WatchMetadataResponse response = reader.take(1);
            taken++;
            if (response.hasImage()) {
                images++;
                followed = MetadataImage.EMPTY;
            }
            List<io.taffrail.api.internal.v1.MetadataChange> changes = new ArrayList<>();
            changes.addAll(response.getImage().getChangesList());
            changes.addAll(response.getDelta().getChangesList());
            for (MetadataChange change : MetadataTranslator.toModels(changes)) {
                followed = followed.apply(change);
            }
            followed = followed.at(MetadataTranslator.toModel(response.getVersion()));
        }
        assertThat(images).isPositive();
        assertThat(taken).as("most of the deltas were never queued").isLessThan(DELTAS / 2);
    }

    /** Takes only what it asks for. */
    private static final class Reader
            implements ClientResponseObserver<WatchMetadataRequest, WatchMetadataResponse> {
        private final BlockingQueue<WatchMetadataResponse> responses = new LinkedBlockingQueue<>();
        private volatile ClientCallStreamObserver<WatchMetadataRequest> call;

        WatchMetadataResponse take(int count) throws InterruptedException {
            call.request(count);
            WatchMetadataResponse response = responses.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(response).isNotNull();
            return response;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchMetadataRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(WatchMetadataResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {}
    }
}
