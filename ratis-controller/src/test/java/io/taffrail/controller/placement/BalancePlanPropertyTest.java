// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BalancePlanPropertyTest {
    private static final TopicId TOPIC = new TopicId(1, 1);
    private static final int UNLIMITED = 10_000;

    private static MetadataImage brokers(int count, int racks) {
        MetadataImage image = MetadataImage.EMPTY;
        for (int id = 0; id < count; id++) {
            image = image.apply(new MetadataChange.BrokerChanged(broker(id, racks)));
        }
        return image.apply(
                new MetadataChange.TopicChanged(
                        new TopicEntry(TOPIC, "t", new TreeMap<>(), PartitionerType.MURMUR2, 3)));
    }

    private static DirectoryId directory(int brokerId) {
        return new DirectoryId(new UUID(1, brokerId));
    }

    private static BrokerEntry broker(int id, int racks) {
        return new BrokerEntry(
                id,
                id + 1,
                new UUID(2, id),
                List.of(),
                racks == 0 ? Optional.empty() : Optional.of("rack-" + id % racks),
                List.of(new BrokerEntry.Directory(directory(id), false)),
                1,
                1,
                "test",
                0,
                false,
                false,
                false,
                false);
    }

    private static MetadataImage add(MetadataImage image, int partition, List<Integer> brokerIds) {
        PartitionEntry entry =
                new PartitionEntry(
                        TOPIC,
                        partition,
                        brokerIds.stream()
                                .map(
                                        id ->
                                                new ReplicaEntry(
                                                        id,
                                                        directory(id),
                                                        true,
                                                        ReplicaFault.NONE,
                                                        1))
                                .toList(),
                        OptionalInt.of(brokerIds.get(0)),
                        0,
                        0,
                        brokerIds,
                        List.of(),
                        List.of(),
                        1,
                        false,
                        List.of(),
                        List.of());
        return image.apply(new MetadataChange.PartitionChanged(entry));
    }

    /** Partitions on the first {@code used} of the brokers. */
    private static MetadataImage cluster(
            int brokers, int used, int racks, int partitions, int factor, long seed) {
        Random random = new Random(seed);
        MetadataImage image = brokers(brokers, racks);
        for (int partition = 0; partition < partitions; partition++) {
            List<Integer> ids = new ArrayList<>();
            for (int id = 0; id < used; id++) {
                ids.add(id);
            }
            Collections.shuffle(ids, random);
            image = add(image, partition, ids.subList(0, factor));
        }
        return image;
    }

    private static Map<Integer, List<Integer>> after(MetadataImage image, BalancePlan plan) {
        Map<Integer, List<Integer>> targets = new TreeMap<>();
        image.forEachPartition(each -> targets.put(each.partition(), each.target()));
        plan.assignments().forEach(each -> targets.put(each.partition(), each.brokerIds()));
        return targets;
    }

    private static int[] replicas(Map<Integer, List<Integer>> targets, int brokers) {
        int[] counts = new int[brokers];
        targets.values().forEach(ids -> ids.forEach(id -> counts[id]++));
        return counts;
    }

    private static int[] leaders(Map<Integer, List<Integer>> targets, int brokers) {
        int[] counts = new int[brokers];
        targets.values().forEach(ids -> counts[ids.get(0)]++);
        return counts;
    }

    private static int spread(int... counts) {
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int count : counts) {
            least = Math.min(least, count);
            most = Math.max(most, count);
        }
        return most - least;
    }

    @Property(tries = 200)
    void newBrokersGetTheirShareWithNoReplicaMovedInVain(
            @ForAll @IntRange(min = 3, max = 8) int used,
            @ForAll @IntRange(min = 0, max = 4) int added,
            @ForAll @IntRange(min = 0, max = 60) int partitions,
            @ForAll @IntRange(min = 1, max = 3) int factor,
            @ForAll long seed) {
        int brokers = used + added;
        MetadataImage image = cluster(brokers, used, 0, partitions, factor, seed);
        BalancePlan plan = BalancePlan.of(image, any -> true, UNLIMITED);
        Map<Integer, List<Integer>> targets = after(image, plan);
        assertThat(targets.values())
                .allSatisfy(ids -> assertThat(new HashSet<>(ids)).hasSize(factor));
        assertThat(spread(replicas(targets, brokers))).isLessThanOrEqualTo(1);
        assertThat(spread(leaders(targets, brokers))).isLessThanOrEqualTo(1);
        assertThat(plan.movedReplicas()).isEqualTo(tooMany(image, brokers, partitions * factor));
    }

    /** What brokers have above their share: no plan can do with fewer moves. */
    private static int tooMany(MetadataImage image, int brokers, int replicas) {
        int[] counts = replicas(after(image, new BalancePlan(List.of(), 0)), brokers);
        int share = replicas / brokers;
        int larger = replicas % brokers;
        int excess = 0;
        int atLeastLarger = 0;
        for (int count : counts) {
            excess += Math.max(0, count - share);
            atLeastLarger += count > share ? 1 : 0;
        }
        return excess - Math.min(larger, atLeastLarger);
    }

    @Property(tries = 100)
    void noPartitionComesToStandOnFewerRacks(
            @ForAll @IntRange(min = 1, max = 3) int racks,
            @ForAll @IntRange(min = 0, max = 40) int partitions,
            @ForAll long seed) {
        MetadataImage image = cluster(9, 6, racks, partitions, 3, seed);
        BalancePlan plan = BalancePlan.of(image, any -> true, UNLIMITED);
        Map<Integer, List<Integer>> targets = after(image, plan);
        image.forEachPartition(
                each ->
                        assertThat(racks(targets.get(each.partition()), racks))
                                .isGreaterThanOrEqualTo(racks(each.target(), racks)));
    }

    private static long racks(List<Integer> brokerIds, int racks) {
        return brokerIds.stream().map(id -> id % racks).distinct().count();
    }

    @Property(tries = 100)
    void onlySoManyPartitionsChange(
            @ForAll @IntRange(min = 0, max = 20) int atMost, @ForAll long seed) {
        MetadataImage image = cluster(6, 3, 0, 30, 2, seed);
        BalancePlan plan = BalancePlan.of(image, any -> true, atMost);
        assertThat(plan.assignments()).hasSizeLessThanOrEqualTo(atMost);
        assertThat(BalancePlan.of(image, each -> each.partition() < 3, UNLIMITED).assignments())
                .allSatisfy(each -> assertThat(each.partition()).isLessThan(3));
    }

    @Property(tries = 50)
    void whatIsEvenStaysAndTheSameImageGivesTheSamePlan(@ForAll long seed) {
        MetadataImage image = cluster(7, 5, 2, 30, 3, seed);
        BalancePlan plan = BalancePlan.of(image, any -> true, UNLIMITED);
        assertThat(BalancePlan.of(image, any -> true, UNLIMITED)).isEqualTo(plan);
        MetadataImage even = brokers(7, 2);
        for (Map.Entry<Integer, List<Integer>> each : after(image, plan).entrySet()) {
            even = add(even, each.getKey(), each.getValue());
        }
        assertThat(BalancePlan.of(even, any -> true, UNLIMITED).assignments()).isEmpty();
    }
}
