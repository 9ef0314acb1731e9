// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReplicaPlacerPropertyTest {
    private static MetadataImage brokers(int count, int racks) {
        MetadataImage image = MetadataImage.EMPTY;
        for (int id = 0; id < count; id++) {
            image = image.apply(new MetadataChange.BrokerChanged(broker(id, racks)));
        }
        return image;
    }

    private static BrokerEntry broker(int id, int racks) {
        return new BrokerEntry(
                id,
                id + 1,
                new UUID(1, id),
                List.of(),
                racks == 0 ? Optional.empty() : Optional.of("rack-" + id % racks),
                List.of(
                        new BrokerEntry.Directory(new DirectoryId(new UUID(id, 1)), false),
                        new BrokerEntry.Directory(new DirectoryId(new UUID(id, 2)), false)),
                1,
                1,
                "test",
                0,
                false,
                false,
                false,
                false);
    }

    private static List<List<ReplicaPlace>> place(MetadataImage image, int partitions, int factor) {
        ReplicaPlacer placer = new ReplicaPlacer(image);
        List<List<ReplicaPlace>> places = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            places.add(placer.place(factor));
        }
        return places;
    }

    private static int spread(Map<?, Integer> counts, int of) {
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int least =
                counts.size() < of
                        ? 0
                        : counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        return most - least;
    }

    @Property(tries = 300)
    void replicasAndLeadersAreSpreadEvenly(
            @ForAll @IntRange(min = 1, max = 9) int brokers,
            @ForAll @IntRange(min = 1, max = 60) int partitions,
            @ForAll @IntRange(min = 1, max = 4) int wanted) {
        int factor = Math.min(wanted, brokers);
        Map<Integer, Integer> replicas = new TreeMap<>();
        Map<Integer, Integer> leaders = new TreeMap<>();
        Map<DirectoryId, Integer> directories = new TreeMap<>();
        for (List<ReplicaPlace> places : place(brokers(brokers, 0), partitions, factor)) {
            assertThat(new HashSet<>(places.stream().map(ReplicaPlace::brokerId).toList()))
                    .hasSize(factor);
            leaders.merge(places.get(0).brokerId(), 1, Integer::sum);
            for (ReplicaPlace place : places) {
                replicas.merge(place.brokerId(), 1, Integer::sum);
                directories.merge(place.directoryId(), 1, Integer::sum);
            }
        }
        assertThat(spread(replicas, brokers)).isLessThanOrEqualTo(1);
        assertThat(spread(leaders, brokers)).isLessThanOrEqualTo(1);
        assertThat(spread(directories, 2 * brokers)).isLessThanOrEqualTo(2);
    }

    @Property(tries = 100)
    void aPartitionIsOnAsManyRacksAsCanBe(
            @ForAll @IntRange(min = 1, max = 4) int racks,
            @ForAll @IntRange(min = 1, max = 3) int perRack,
            @ForAll @IntRange(min = 1, max = 4) int wanted) {
        int factor = Math.min(wanted, racks * perRack);
        for (List<ReplicaPlace> places : place(brokers(racks * perRack, racks), 20, factor)) {
            long spanned =
                    places.stream().map(place -> place.brokerId() % racks).distinct().count();
            assertThat(spanned).isEqualTo(Math.min(factor, racks));
        }
    }

    @Property(tries = 50)
    void theSameImageGivesTheSamePlaces(@ForAll @IntRange(min = 1, max = 9) int brokers) {
        assertThat(place(brokers(brokers, 2), 30, 1)).isEqualTo(place(brokers(brokers, 2), 30, 1));
    }

    @Property(tries = 50)
    void whoIsFencedReadOnlyOrLeavingTakesNothing(@ForAll @IntRange(min = 0, max = 3) int how) {
        BrokerEntry one = broker(1, 0);
        BrokerEntry out =
                switch (how) {
                    case 0 -> one.withFenced(true);
                    case 1 -> one.withReadOnly(true);
                    case 2 -> one.withShuttingDown(true);
                    default ->
                            one.withOffline(
                                    new HashSet<>(
                                            one.directories().stream()
                                                    .map(BrokerEntry.Directory::id)
                                                    .toList()));
                };
        MetadataImage image = brokers(3, 0).apply(new MetadataChange.BrokerChanged(out));
        assertThat(new ReplicaPlacer(image).takers()).isEqualTo(2);
        assertThat(place(image, 10, 2))
                .allSatisfy(
                        places ->
                                assertThat(places.stream().map(ReplicaPlace::brokerId))
                                        .doesNotContain(1));
    }
}
