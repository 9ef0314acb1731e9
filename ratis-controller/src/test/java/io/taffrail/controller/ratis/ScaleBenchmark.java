// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.controller.decide.MisplacedLeaders;
import io.taffrail.controller.placement.BalancePlan;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Figures of a controller's state by its size: one line for each number of partitions given as an
 * argument, else for 50,000, 100,000 and 200,000, on 1,000 brokers in 10 racks, three replicas
 * each; one broker leads 10,000. Not a test: to be run by hand.
 */
public final class ScaleBenchmark {
    private static final int BROKERS = 1_000;
    private static final int PARTITIONS_OF_A_TOPIC = 1_000;
    private static final int LED_BY_ONE = 10_000;
    private static final int REPEATS = 5;

    private ControllerState state = ControllerState.EMPTY;
    private long index;

    private ScaleBenchmark() {}

    public static void main(String[] args) throws DamagedSnapshotException {
        List<Integer> sizes = new ArrayList<>();
        for (String arg : args) {
            sizes.add(Integer.parseInt(arg));
        }
        for (int partitions : sizes.isEmpty() ? List.of(50_000, 100_000, 200_000) : sizes) {
            new ScaleBenchmark().run(partitions);
        }
    }

    private void run(int partitions) throws DamagedSnapshotException {
        long emptyHeap = heap();
        long built = System.nanoTime();
        build(partitions);
        double buildSeconds = (System.nanoTime() - built) / 1e9;
        long heap = heap() - emptyHeap;
        double fence = bestMillis(() -> fence(0));
        byte[] snapshot = SnapshotCodec.encode(state);
        double write = bestMillis(() -> SnapshotCodec.encode(state));
        double read = bestMillis(() -> decoded(snapshot));
        double look = bestMillis(() -> MisplacedLeaders.find(state, id -> true, 50));
        double drain = bestMillis(() -> drain(1));
        double plan = bestMillis(() -> BalancePlan.of(state.image(), any -> true, 1_000));
        System.out.printf(
                "%,d partitions: heap %d MiB, made in %.1f s, fence of one that leads %,d %.0f ms,"
                        + " snapshot %.1f MiB written in %.0f ms, read in %.0f ms; looking for"
                        + " misplaced leaders %.0f ms, draining 50 %.0f ms, planning 1,000 moves"
                        + " %.0f ms%n",
                partitions,
                heap >> 20,
                buildSeconds,
                LED_BY_ONE,
                fence,
                snapshot.length / 1024.0 / 1024,
                write,
                read,
                look,
                drain,
                plan);
    }

    private static ControllerState decoded(byte[] snapshot) {
        try {
            return SnapshotCodec.decode(snapshot);
        } catch (DamagedSnapshotException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double bestMillis(Supplier<?> work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            if (work.get() == null) {
                throw new IllegalStateException("nothing was done");
            }
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
        }
        return best;
    }

    private void build(int partitions) {
        for (int brokerId = 0; brokerId < BROKERS; brokerId++) {
            apply(registration(brokerId));
            apply(new Command.UnfenceBroker(brokerId, index, 1));
        }
        int topics = partitions / PARTITIONS_OF_A_TOPIC;
        int ledByOne = LED_BY_ONE / PARTITIONS_OF_A_TOPIC;
        for (int topic = 0; topic < topics; topic++) {
            apply(topic < ledByOne ? ledByTheFirst(topic) : placed(topic));
        }
    }

    private static Command registration(int brokerId) {
        return new Command.RegisterBroker(
                brokerId,
                new UUID(1, brokerId),
                List.of(new Endpoint(Endpoint.Kind.API, new HostPort("host-" + brokerId, 9650))),
                Optional.of("rack-" + brokerId % 10),
                List.of(
                        new Command.DirectoryClaim(
                                new DirectoryId(new UUID(2, brokerId)),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                false)),
                1,
                1,
                "benchmark",
                false,
                OptionalLong.empty());
    }

    private static Command placed(int topic) {
        return new Command.CreateTopic(
                new TopicId(7, topic),
                "topic-" + topic,
                PARTITIONS_OF_A_TOPIC,
                3,
                new TreeMap<>(),
                List.of());
    }

    private static Command ledByTheFirst(int topic) {
        List<List<Integer>> assignments = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS_OF_A_TOPIC; partition++) {
            int second = 1 + (topic * PARTITIONS_OF_A_TOPIC + partition) % (BROKERS - 2);
            assignments.add(List.of(0, second, second + 1));
        }
        return new Command.CreateTopic(
                new TopicId(7, topic), "topic-" + topic, 0, 0, new TreeMap<>(), assignments);
    }

    private void apply(Command command) {
        index++;
        MetadataVersion at = new MetadataVersion(1, index);
        state = state.after(state.decide(command, at, index), at);
    }

    private ControllerState fence(int brokerId) {
        long epoch = state.image().broker(brokerId).orElseThrow().brokerEpoch();
        return after(new Command.FenceBroker(brokerId, epoch, 1), state);
    }

    private ControllerState drain(int brokerId) {
        Command leaves = new Command.DecommissionBroker(brokerId, false, OptionalLong.empty());
        return after(new Command.DrainBroker(brokerId, 50), after(leaves, state));
    }

    private ControllerState after(Command command, ControllerState before) {
        MetadataVersion next = new MetadataVersion(1, index + 1);
        Decision decision = before.decide(command, next, index);
        if (decision.changes().isEmpty()) {
            throw new IllegalStateException(command + " changes nothing");
        }
        return before.after(decision, next);
    }
}
