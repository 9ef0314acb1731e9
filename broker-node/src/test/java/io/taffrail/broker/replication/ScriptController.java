// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.model.HostPort;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The controller of a {@link ReplicationScript}: it decides nothing, and has on record what the
 * script says. What it changed is to be told to the brokers.
 */
final class ScriptController {
    private static final int FIRST_EPOCH = 5;

    private final Function<Integer, DirectoryId> directories;
    private final Map<Integer, ReplicaFault> faults = new TreeMap<>();
    private final Map<Integer, Long> placed = new TreeMap<>(); // by what index
    private MetadataImage image = MetadataImage.EMPTY;
    private List<Integer> replicas;
    private OptionalInt leader = OptionalInt.empty();
    private int leaderEpoch = FIRST_EPOCH - 1;
    private int minIsr = 2;
    private List<Integer> isr = List.of();
    private long partitionEpoch;
    private long index;

    /** A topic of one partition, which nobody leads yet. */
    ScriptController(
            List<Integer> replicas,
            Map<String, String> configs,
            Function<Integer, DirectoryId> directories) {
        this.replicas = replicas;
        this.directories = directories;
        change(
                new MetadataChange.TopicChanged(
                        new TopicEntry(
                                ReplicationScript.TOPIC,
                                "orders",
                                new TreeMap<>(configs),
                                PartitionerType.MURMUR2,
                                replicas.size())));
        change(new MetadataChange.PartitionChanged(entry()));
    }

    MetadataImage image() {
        return image;
    }

    private List<MetadataChange> change(MetadataChange change) {
        image = image.apply(change).at(new MetadataVersion(1, ++index));
        return List.of(change);
    }

    private List<MetadataChange> changed() {
        partitionEpoch++;
        return change(new MetadataChange.PartitionChanged(entry()));
    }

    PartitionEntry entry() {
        List<ReplicaEntry> entries = new ArrayList<>();
        for (int id : replicas) {
            entries.add(
                    new ReplicaEntry(
                            id,
                            directories.apply(id),
                            true,
                            faults.getOrDefault(id, ReplicaFault.NONE),
                            placed.computeIfAbsent(id, any -> index + 1)));
        }
        return new PartitionEntry(
                ReplicationScript.TOPIC,
                0,
                entries,
                leader,
                leaderEpoch,
                partitionEpoch,
                isr,
                List.of(),
                List.of(),
                minIsr,
                false,
                List.of(),
                List.of());
    }

    List<MetadataChange> elect(int newLeader, List<Integer> newIsr) {
        leader = OptionalInt.of(newLeader);
        leaderEpoch++;
        isr = newIsr;
        return changed();
    }

    List<MetadataChange> minIsr(int newMinIsr) {
        minIsr = newMinIsr;
        return changed();
    }

    List<MetadataChange> isr(List<Integer> members) {
        isr = members;
        return changed();
    }

    List<MetadataChange> fault(int id, ReplicaFault fault) {
        faults.put(id, fault);
        return changed();
    }

    List<MetadataChange> assign(List<Integer> ids) {
        replicas = ids;
        placed.keySet().retainAll(ids);
        isr = isr.stream().filter(ids::contains).toList();
        return changed();
    }

    /** The broker epoch that the next registration gets. */
    long nextBrokerEpoch() {
        return index + 1;
    }

    List<MetadataChange> register(int id) {
        long brokerEpoch = nextBrokerEpoch();
        return change(
                new MetadataChange.BrokerChanged(
                        new BrokerEntry(
                                id,
                                brokerEpoch,
                                new UUID(1, brokerEpoch),
                                List.of(
                                        new Endpoint(
                                                Endpoint.Kind.API,
                                                new HostPort("broker-" + id, 9000))),
                                Optional.empty(),
                                List.of(new BrokerEntry.Directory(directories.apply(id), false)),
                                1,
                                1,
                                "test",
                                0,
                                false,
                                false,
                                false,
                                false)));
    }
}
