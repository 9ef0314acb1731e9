// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import static io.taffrail.broker.produce.ProduceClient.on;
import static io.taffrail.broker.produce.ProduceClient.openOf;
import static io.taffrail.broker.produce.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.broker.testing.FakePartitionLeader;
import io.taffrail.model.batch.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random clients, well-behaved and otherwise: the stream always comes to its end, what is
 * acknowledged is in the log where the answer says, and of a slot that did not fail nothing is left
 * without an answer.
 */
class ProducePropertyTest {
    private static final int SLOTS = 4;
    private static final int STEPS = 60;

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void everythingThatIsAcceptedIsAnswered(@ForAll long seed) throws Exception {
        Path directory = Files.createTempDirectory("produce");
        ProduceFixture fixture =
                new ProduceFixture(directory, ProduceLimits.DEFAULT.withMaxWaitingBytes(50_000));
        try {
            new RandomClient(fixture, new Random(seed)).run();
        } finally {
            fixture.close();
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class RandomClient {
        private final ProduceFixture fixture;
        private final Random random;
        private final ProduceClient client;
        private final List<FakePartitionLeader> leaders = new ArrayList<>();
        private final Map<Integer, Queue<String>> unanswered = new HashMap<>(); // of open slots
        private final Map<Integer, Integer> sequences = new HashMap<>();
        private final List<Ack> acked = new ArrayList<>();
        private int values;

        private record Ack(int slot, long offset, String value) {}

        RandomClient(ProduceFixture fixture, Random random) {
            this.fixture = fixture;
            this.random = random;
            this.client = fixture.produce();
            for (int partition = 0; partition < SLOTS; partition++) {
                leaders.add(fixture.lead(partition));
            }
        }

        void run() throws IOException {
            for (int step = 0; step < STEPS; step++) {
                heed();
                act(1 + random.nextInt(SLOTS));
            }
            fixture.worker.open();
            leaders.forEach(FakePartitionLeader::releaseCommits);
            client.halfClose();
            boolean ended = false;
            while (!ended) {
                ended = heed(client.next());
            }
            assertThat(unanswered.values()).allMatch(Queue::isEmpty);
            for (Ack ack : acked) {
                List<String> log = TestBatches.read(leaders.get(ack.slot - 1).log());
                assertThat(log.get((int) ack.offset)).isEqualTo(ack.value);
            }
        }

        private void act(int slot) {
            if (!unanswered.containsKey(slot)) {
                open(slot);
                return;
            }
            int roll = random.nextInt(100);
            if (roll < 40) {
                send(slot, value(10));
            } else if (roll < 50) {
                send(slot, value(70_000));
            } else if (roll < 70) {
                String value = value(10);
                unanswered.get(slot).add(value);
                Compression[] codecs = Compression.values();
                client.batches(slot, batch(codecs[random.nextInt(codecs.length)], value));
            } else if (roll < 80) {
                sendIdempotent(slot);
            } else if (roll < 90) {
                disturb(slot, roll);
            } else {
                breakRule(slot, roll);
            }
        }

        private void open(int slot) {
            if (random.nextInt(10) == 0) {
                client.open(slot, 99); // an unknown partition
            } else {
                client.send(on(slot).setOpen(openOf(slot - 1)));
            }
            unanswered.put(slot, new ArrayDeque<>());
        }

        private String value(int length) {
            values++;
            return values + "x".repeat(random.nextInt(length));
        }

        private void send(int slot, String value) {
            unanswered.get(slot).add(value);
            client.records(slot, value);
        }

        private void sendIdempotent(int slot) {
            String value = value(10);
            unanswered.get(slot).add(value);
            client.batches(slot, batch(slot, 0, sequences.merge(slot, 1, Integer::sum) - 1, value));
        }

        private void disturb(int slot, int roll) {
            switch (roll % 5) {
                case 0 -> leaders.get(slot - 1).holdCommits();
                case 1 -> leaders.get(slot - 1).releaseCommits();
                case 2 -> fixture.worker.shut();
                case 3 -> fixture.worker.open();
                default -> leaders.get(slot - 1).setPartitionCount(1 + random.nextInt(9));
            }
        }

        private void breakRule(int slot, int roll) {
            RecordBatch good = batch(Compression.NONE, "never stored");
            switch (roll % 10) {
                case 0 -> client.send(on(slot));
                case 2 -> client.batches(slot, good.toBuilder().setCrc32C(1).build());
                case 3 -> client.batches(slot, good.toBuilder().setFlags(64).build());
                case 4 -> client.batches(slot, batch(99, 0, 5, "never stored"));
                case 5 ->
                        client.send(
                                on(slot).addBatches(good)
                                        .addRecords(ProduceFixture.newRecord("a")));
                case 6 -> client.send(on(slot).setExpectedBaseOffset(1 << 30).addBatches(good));
                case 7 -> client.batches(slot, good.toBuilder().setCompressionValue(3).build());
                default -> client.send(on(slot + 50).addBatches(good));
            }
        }

        /** What came so far. */
        private void heed() {
            for (Optional<ProduceClient.Event> event = client.poll();
                    event.isPresent();
                    event = client.poll()) {
                assertThat(heed(event.get())).isFalse();
            }
        }

        /** Whether the stream has ended. */
        private boolean heed(ProduceClient.Event event) {
            if (event instanceof ProduceClient.Ack ack) {
                String value = unanswered.get(ack.ack().getSlot()).remove();
                acked.add(new Ack(ack.ack().getSlot(), ack.ack().getBaseOffset(), value));
            } else if (event instanceof ProduceClient.SlotClosed closed) {
                unanswered.remove(closed.slot());
            } else if (event instanceof ProduceClient.Ended) {
                assertThat(ProduceClient.statusOf(event).getCode()).isEqualTo(Code.OK);
                return true;
            }
            return false;
        }
    }
}
