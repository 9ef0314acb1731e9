// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Takes the producers' ids off the entries that a leader pushes, so that its followers have what
 * was produced and know of nobody who produced it.
 */
final class NamelessEntries implements UnaryOperator<byte[]> {
    private final Supplier<MetadataImage> image;

    NamelessEntries(Supplier<MetadataImage> image) {
        this.image = image;
    }

    @Override
    public byte[] apply(byte[] message) {
        ByteBuffer changed = ByteBuffer.wrap(message.clone());
        int at = entriesAt(message);
        while (at < message.length) {
            takeName(changed, at);
            at += RecordBatchLayout.entryBytes(changed, at);
        }
        return changed.array();
    }

    /** Batches come last. */
    private static int entriesAt(byte[] message) {
        try {
            CodedInputStream fields = CodedInputStream.newInstance(message);
            int at = 0;
            int tag = fields.readTag();
            while (tag != 0
                    && WireFormat.getTagFieldNumber(tag)
                            != ReplicateResponse.BATCHES_FIELD_NUMBER) {
                fields.skipField(tag);
                at = fields.getTotalBytesRead();
                tag = fields.readTag();
            }
            return at;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeName(ByteBuffer entry, int at) {
        List<PartitionEntry> owners = new ArrayList<>();
        image.get()
                .forEachPartition(
                        each -> {
                            if (placementCrc(entry, at, each)
                                    == RecordBatchLayout.placementCrc32c(entry, at)) {
                                owners.add(each);
                            }
                        });
        if (owners.isEmpty()) {
            return; // of a topic that is deleted by now
        }
        entry.putLong(at + RecordBatchLayout.PRODUCER_ID_POSITION, 0);
        putCrc(
                entry,
                at + RecordBatchLayout.CRC_POSITION,
                RecordBatchLayout.computeBodyCrc(entry, at));
        putCrc(
                entry,
                at + RecordBatchLayout.PLACEMENT_CRC_POSITION,
                placementCrc(entry, at, owners.get(0)));
    }

    private static int placementCrc(ByteBuffer entry, int at, PartitionEntry owner) {
        return RecordBatchLayout.computePlacementCrc(entry, at, owner.topicId(), owner.partition());
    }

    /** Little-endian, as everything that is stored. */
    private static void putCrc(ByteBuffer entry, int position, int crc) {
        entry.putInt(position, Integer.reverseBytes(crc));
    }
}
