// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.LogSlice;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.Compression;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.batch.RecordCursor;
import io.taffrail.model.batch.RecordHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * The logs of a compacted topic once everything has settled. They are not the same, for each was
 * compacted on its own; but each by itself must say the same of every key: its last record, or that
 * it was deleted (P22).
 */
final class StoredTables {
    private static final int READ_BYTES = 1 << 20;

    private final SimHistory history;

    /**
     * @param history of the records that are in the logs
     */
    StoredTables(SimHistory history) {
        this.history = history;
    }

    /** Looks at one replica. */
    void check(SimBroker broker, int partition, PartitionLog log) {
        Map<String, Long> last = new HashMap<>();
        forEachRecord(
                log,
                (name, offset) -> {
                    history.read(name, partition, offset);
                    last.put(RecordForm.key(name), offset);
                });
        Map<String, SimHistory.Place> written = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        history.acknowledged()
                .forEach(
                        (name, place) -> {
                            SimHistory.Place before = written.get(RecordForm.key(name));
                            if (before == null || before.offset() < place.offset()) {
                                written.put(RecordForm.key(name), place);
                                names.put(RecordForm.key(name), name);
                            }
                        });
        written.forEach(
                (key, place) -> {
                    boolean deleted = RecordForm.isDeletion(names.get(key));
                    long found = last.getOrDefault(key, -1L);
                    if (found < place.offset() && !(deleted && found < 0)) {
                        history.anomaly(
                                "P22: %s has %s at %d, and %s was acknowledged at %s"
                                        .formatted(broker, key, found, names.get(key), place));
                    }
                });
    }

    private static void forEachRecord(PartitionLog log, ObjLongConsumer<String> action) {
        try {
            long offset = log.logStartOffset();
            long end = log.logEndOffset(); // a follower hears of its high watermark later
            while (offset < end) {
                LogReadResult read = log.read(offset, end, READ_BYTES);
                if (!(read instanceof LogSlice slice) || slice.nextOffset() <= offset) {
                    return; // what it lacks is missed
                }
                try (slice) {
                    forEachRecord(slice.copy(), action);
                    offset = slice.nextOffset();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forEachRecord(ByteBuffer entries, ObjLongConsumer<String> action)
            throws IOException {
        for (int at = 0; at < entries.limit(); at += RecordBatchLayout.entryBytes(entries, at)) {
            ByteBuffer stored =
                    entries.slice(
                            at + RecordBatchLayout.RECORDS_POSITION,
                            RecordBatchLayout.recordsBytes(entries, at));
            RecordCursor records =
                    new RecordCursor(
                            Compression.byId(RecordBatchLayout.compressionId(entries, at))
                                    .orElseThrow()
                                    .decompress(stored, READ_BYTES));
            while (records.next()) {
                action.accept(
                        name(records),
                        RecordBatchLayout.baseOffset(entries, at) + records.offsetDelta());
            }
        }
    }

    private static String name(RecordCursor record) {
        RecordHeader header = record.headers().get(0);
        return StandardCharsets.UTF_8.decode(header.value()).toString();
    }
}
