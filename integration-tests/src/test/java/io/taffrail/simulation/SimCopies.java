// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which copies of the logs are whole, so that harm to them stays within what the protocol promises.
 * Records survive as long as one replica that counts has them; a copy may therefore be damaged or
 * lost only while another one that is in sync lives, is in contact, and has everything. Whoever
 * harms that one too destroys records that were acknowledged, and no protocol brings them back.
 */
final class SimCopies {
    private final SimCluster cluster;
    private final List<FlippedBit> flipped = new ArrayList<>();

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
                                        || entry.replicas().stream()
                                                .filter(each -> each.brokerId() != broker.id())
                                                .anyMatch(each -> isWhole(entry, each)));
        return spared[0];
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
                && flipped.stream().noneMatch(bit -> bit.isIn(broker, log) && bit.isThere());
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
