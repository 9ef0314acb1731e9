// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.MetadataTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.ControllerSnapshot;
import io.taffrail.api.internal.v1.MetadataChange;
import io.taffrail.api.internal.v1.ServedEpoch;
import io.taffrail.api.internal.v1.SuspectReplica;
import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Ledger;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * A state as a snapshot's bytes: a {@link ControllerSnapshot}, then the changes, each delimited.
 */
final class SnapshotCodec {
    private SnapshotCodec() {}

    static byte[] encode(ControllerState state) {
        List<MetadataChange> changes = new ArrayList<>();
        state.image().forEachChange(change -> changes.add(MetadataTranslator.toProto(change)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            header(state, changes.size()).writeDelimitedTo(bytes);
            for (MetadataChange change : changes) {
                change.writeDelimitedTo(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private static ControllerSnapshot header(ControllerState state, int changes) {
        Ledger ledger = state.ledger();
        ControllerSnapshot.Builder header =
                ControllerSnapshot.newBuilder()
                        .setVersion(MetadataTranslator.toProto(state.image().version()))
                        .setLastTimeMs(ledger.lastTimeMs())
                        .setNextProducerId(ledger.nextProducerId())
                        .putAllTopicDefaults(CommandCodec.byName(ledger.defaults().values()))
                        .addAllSlowDirectoryIds(DirectoryIdTranslator.toProtos(ledger.slow()))
                        .addAllLostDirectoryIds(DirectoryIdTranslator.toProtos(ledger.lost()))
                        .setChangeCount(changes);
        ledger.servedEpochs()
                .forEach(
                        (directory, epoch) ->
                                header.addServedEpochs(
                                        ServedEpoch.newBuilder()
                                                .setDirectoryId(
                                                        DirectoryIdTranslator.toProto(directory))
                                                .setBrokerEpoch(epoch)));
        ledger.suspects().forEach((key, log) -> header.addSuspects(suspect(key, log)));
        return header.build();
    }

    private static SuspectReplica suspect(Ledger.ReplicaKey key, Command.SuspectLog log) {
        SuspectReplica.Builder proto =
                SuspectReplica.newBuilder()
                        .setTopicId(TopicIdTranslator.toProto(key.topicId()))
                        .setPartition(key.partition())
                        .setBrokerId(key.brokerId())
                        .setLogEndOffset(log.logEndOffset());
        log.lastEpoch().ifPresent(proto::setLastEpoch);
        return proto.build();
    }

    /**
     * Reads a state back.
     *
     * @throws DamagedSnapshotException if the bytes are no snapshot of this version
     */
    static ControllerState decode(byte[] bytes) throws DamagedSnapshotException {
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            ControllerSnapshot header = ControllerSnapshot.parseDelimitedFrom(in);
            MetadataImage image = MetadataImage.EMPTY;
            for (int i = 0; i < header.getChangeCount(); i++) {
                image =
                        image.apply(
                                MetadataTranslator.toModel(MetadataChange.parseDelimitedFrom(in))
                                        .orElseThrow());
            }
            return new ControllerState(
                    image.at(MetadataTranslator.toModel(header.getVersion())), ledger(header));
        } catch (IOException | RuntimeException e) {
            throw new DamagedSnapshotException("it cannot be read by this version", e);
        }
    }

    private static Ledger ledger(ControllerSnapshot header) {
        PMap<DirectoryId, Long> served = HashTreePMap.empty();
        for (ServedEpoch epoch : header.getServedEpochsList()) {
            served =
                    served.plus(
                            DirectoryIdTranslator.toModel(epoch.getDirectoryId()),
                            epoch.getBrokerEpoch());
        }
        PSet<DirectoryId> slow =
                HashTreePSet.from(DirectoryIdTranslator.toModels(header.getSlowDirectoryIdsList()));
        PSet<DirectoryId> lost =
                HashTreePSet.from(DirectoryIdTranslator.toModels(header.getLostDirectoryIdsList()));
        PMap<Ledger.ReplicaKey, Command.SuspectLog> suspects = HashTreePMap.empty();
        for (SuspectReplica suspect : header.getSuspectsList()) {
            suspects = suspects.plus(key(suspect), log(suspect));
        }
        return new Ledger(
                header.getLastTimeMs(),
                header.getNextProducerId(),
                Command.AdoptTopicDefaults.of(header.getTopicDefaultsMap()).defaults(),
                served,
                slow,
                lost,
                suspects);
    }

    private static Ledger.ReplicaKey key(SuspectReplica suspect) {
        return new Ledger.ReplicaKey(
                TopicIdTranslator.toModel(suspect.getTopicId()),
                suspect.getPartition(),
                suspect.getBrokerId());
    }

    private static Command.SuspectLog log(SuspectReplica suspect) {
        return new Command.SuspectLog(
                suspect.hasLastEpoch()
                        ? OptionalInt.of(suspect.getLastEpoch())
                        : OptionalInt.empty(),
                suspect.getLogEndOffset());
    }
}
