// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.taffrail.node.NodeProcess;
import io.taffrail.node.load.Bystander;
import io.taffrail.node.load.NodeChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Senseless and damaged messages at every method, those between nodes too. After each round the
 * node is healthy, has a record appended and read back, and has not said that a fault is its own.
 * The long form runs for its share of {@code -Dfuzz.minutes}.
 */
class RpcFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CALLS_PER_ROUND = 64;
    private static final Set<Status.Code> ITS_OWN_FAULT =
            Set.of(Status.Code.UNKNOWN, Status.Code.INTERNAL, Status.Code.DATA_LOSS);

    /** A stream that answered or fell silent for so long has been asked enough. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private static final String TOPIC = "fuzzed";
    private static final String WITNESS = "witness";

    @TempDir static Path folder;

    private static NodeProcess node;
    private static NodeChannel attacker;
    private static NodeChannel witness;
    private static long witnessed;

    /** A call under way. */
    private record Sent(long seed, MethodDescriptor<?, ?> method, RawCall call) {}

    @BeforeAll
    static void start() throws IOException {
        node =
                NodeProcess.start(
                        folder,
                        List.of("-Xmx192m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of("disk.reserve.bytes=0"));
        attacker = NodeChannel.to(node);
        witness = NodeChannel.to(node);
        witness.createTopic(WITNESS, 1);
        witness.createTopic(TOPIC, 1);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (health() != ServingStatus.SERVING) { // follows readiness within a second
            assertThat(System.nanoTime()).as("the node serves").isLessThan(deadline);
        }
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            attacker.close();
            witness.close();
            node.close();
        }
    }

    @Test
    void everyMethodSurvivesMutatedMessages() throws IOException {
        for (long seed = 1; seed <= 1500; seed += CALLS_PER_ROUND) {
            round(seed);
        }
    }

    @Test
    @Tag("fuzz")
    void everyMethodSurvivesMutatedMessagesForMinutes() throws IOException {
        long deadline =
                System.nanoTime()
                        + Duration.ofSeconds(Long.getLong("fuzz.minutes", 10) * 20).toNanos();
        long first = 1_000_000;
        long seed = first;
        for (; System.nanoTime() < deadline; seed += CALLS_PER_ROUND) {
            round(seed);
        }
        System.out.println("[fuzz] " + (seed - first) + " calls");
    }

    private static void round(long firstSeed) throws IOException {
        List<Sent> calls = new ArrayList<>();
        for (long seed = firstSeed; seed < firstSeed + CALLS_PER_ROUND; seed++) {
            calls.add(send(seed));
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Sent each : calls) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            each.call()
                    .endWithin(left)
                    .ifPresent(
                            status ->
                                    assertThat(status.getCode())
                                            .as(
                                                    "seed %d, %s: %s",
                                                    each.seed(),
                                                    each.method().getFullMethodName(),
                                                    status)
                                            .isNotIn(ITS_OWN_FAULT));
        }
        theNodeIsWell(firstSeed);
    }

    private static Sent send(long seed) {
        Random random = new Random(seed);
        List<MethodDescriptor<?, ?>> methods = Methods.all();
        MethodDescriptor<?, ?> method = methods.get(random.nextInt(methods.size()));
        MessageMutator mutator = new MessageMutator(random, TOPIC);
        Message prototype = Methods.request(method);
        List<byte[]> messages = new ArrayList<>();
        int count = method.getType().clientSendsOneMessage() ? 1 : 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            byte[] sound = mutator.random(prototype).toByteArray();
            // What names a broker is not damaged: 0 would be the node itself.
            messages.add(Methods.isForNodes(method) ? sound : mutator.damage(sound));
        }
        return new Sent(seed, method, RawCall.send(attacker.channel(), method, messages));
    }

    private static ServingStatus health() {
        return HealthGrpc.newBlockingStub(witness.channel())
                .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private static void theNodeIsWell(long seed) throws IOException {
        assertThat(health()).as("after seed %d", seed).isEqualTo(ServingStatus.SERVING);
        Bystander.roundTrip(witness, WITNESS, witnessed++);
        assertThat(node.log().lines())
                .as("after seed %d", seed)
                .noneMatch(line -> line.startsWith("\tat ") || line.contains(" ERROR "));
    }
}
