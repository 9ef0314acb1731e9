// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which copies of the logs are whole, so that harm to them stays within what the protocol promises.
 * Records survive as long as one replica that counts has them; a copy may therefore be damaged or
 * lost only while another one that is in sync lives, is in contact, and has everything. Whoever
 * harms that one too destroys records that were acknowledged, and no protocol brings them back. Nor
 * may one be lost while an earlier loss counts as in sync still, or where a single one is enough:
 * for all that the controllers know, the lost ones alone would do.
 */
final class SimCopies {
    private final SimCluster cluster;
    private final List<FlippedBit> flipped = new ArrayList<>();
    private final Map<Integer, Long> lostUnder = new HashMap<>(); // broker epochs, by broker

    SimCopies(SimCluster cluster) {
        this.cluster = cluster;
    }

    /** Whether every partition outlives the loss of all that {@code broker} has of it. */
    boolean canSpare(SimBroker broker) {
        MetadataImage image = cluster.image();
        boolean[] spared = {image.topic(SimCluster.TOPIC).isPresent()};
        image.forEachPartition(
                entry ->
                        spared[0] &=
                                entry.replicaOn(broker.id()).isEmpty()
                                        || isSpared(entry, broker, image));
        return spared[0];
    }

    private boolean isSpared(PartitionEntry entry, SimBroker broker, MetadataImage image) {
        List<ReplicaEntry> others =
                entry.replicas().stream().filter(each -> each.brokerId() != broker.id()).toList();
        return entry.effectiveMinIsr() > 1 // else one that is lost may be enough
                && others.stream().anyMatch(each -> isWhole(entry, each))
                && others.stream().noneMatch(each -> isLostUnnoticed(entry, each, image));
    }

    /** Whether the controllers take some replica for what it is not any more. */
    boolean isAnyLostUnnoticed() {
        MetadataImage image = cluster.image();
        boolean[] any = {false};
        image.forEachPartition(
                entry ->
                        any[0] |=
                                entry.replicas().stream()
                                        .anyMatch(each -> isLostUnnoticed(entry, each, image)));
        return any[0];
    }

    /** It may lead, as the controllers have it, and is not what they take it for. */
    private boolean isLostUnnoticed(
            PartitionEntry entry, ReplicaEntry replica, MetadataImage image) {
        int id = replica.brokerId();
        boolean mayLead = entry.isr().contains(id) || entry.elr().contains(id);
        return mayLead && (isLost(id, image) || isFlipped(cluster.brokers().get(id), entry));
    }

    /** Whether what it had when it registered is gone. */
    private boolean isLost(int brokerId, MetadataImage image) {
        return image.broker(brokerId)
                .filter(known -> known.brokerEpoch() <= lostUnder.getOrDefault(brokerId, -1L))
                .isPresent();
    }

    /**
     * In sync, alive, in contact, undamaged, and with all that anyone has counted as committed. One
     * that nobody hears of is about to be put out of the ISR, by those who do not know yet that the
     * others' copies are gone.
     */
    private boolean isWhole(PartitionEntry entry, ReplicaEntry replica) {
        SimBroker broker = cluster.brokers().get(replica.brokerId());
        return entry.isr().contains(broker.id())
                && replica.fault() == ReplicaFault.NONE
                && isInContact(broker)
                && broker.log(entry).filter(log -> isWhole(entry, broker, log)).isPresent();
    }

    private boolean isInContact(SimBroker broker) {
        return !broker.isPaused() && !cluster.world().network().isCutAnywhere(broker.host());
    }

    private boolean isWhole(PartitionEntry entry, SimBroker broker, PartitionLog log) {
        return log.damage().isEmpty()
                && cluster.invariants().isInSync(entry, broker.id())
                && log.durableEndOffset()
                        >= cluster.invariants().committedEnd(entry.topicId(), entry.partition())
                && !isFlipped(broker, entry);
    }

    private boolean isFlipped(SimBroker broker, PartitionEntry entry) {
        return flipped.stream().anyMatch(bit -> bit.isIn(broker, entry) && bit.isThere());
    }

    /**
     * What {@code broker} had until now is gone: the next time that it registers, that is known.
     */
    void lost(SimBroker broker) {
        cluster.image()
                .broker(broker.id())
                .ifPresent(known -> lostUnder.put(broker.id(), known.brokerEpoch()));
    }

    /** Whether a bit is flipped in that file already: what lies behind it cannot be told apart. */
    boolean isFlipped(SimBroker broker, Path file) {
        return flipped.stream().anyMatch(bit -> bit.broker() == broker && bit.file().equals(file));
    }

    /** Flips a bit of what is stored in {@code file}. */
    void flip(SimBroker broker, PartitionLog log, Path file, int at, int bit) {
        FlippedBit flip = FlippedBit.in(broker, log, file, at);
        broker.disk().flipBit(file, at, bit);
        cluster.world().note("a bit is flipped: " + flip);
        flipped.add(flip);
    }

    /** A bit that nobody has mended; empty: there is none. */
    Optional<String> stillFlipped() {
        return flipped.stream().filter(FlippedBit::isThere).map(FlippedBit::toString).findFirst();
    }
}
