// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.batch.EntryCheck;
import io.taffrail.model.batch.RecordBatchLayout;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.testsupport.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A place in a segment where a bit was flipped.
 *
 * @param endOffset of the entry that it is in: once the log begins there, nobody needs it
 */
record FlippedBit(
        SimBroker broker,
        SimulatedDisk disk,
        PartitionLog log,
        Path file,
        int position,
        long endOffset) {
    /** To be asked before it is flipped. */
    static FlippedBit in(SimBroker broker, PartitionLog log, Path file, int position) {
        ByteBuffer bytes = ByteBuffer.wrap(broker.disk().contents(file));
        int at = damagedOrAfter(bytes, log.partition(), position);
        long end = at > position ? endBefore(bytes, at) : Long.MAX_VALUE;
        return new FlippedBit(broker, broker.disk(), log, file, position, end);
    }

    /** Where the first entry begins that is damaged, or that lies behind {@code position}. */
    private static int damagedOrAfter(ByteBuffer bytes, TopicPartition partition, int position) {
        int at = 0;
        while (at <= position
                && EntryCheck.check(
                                bytes,
                                at,
                                bytes.limit(),
                                partition.topicId(),
                                partition.partition())
                        == EntryCheck.VALID) {
            at += RecordBatchLayout.entryBytes(bytes, at);
        }
        return at;
    }

    private static long endBefore(ByteBuffer bytes, int end) {
        int at = 0;
        while (at + RecordBatchLayout.entryBytes(bytes, at) < end) {
            at += RecordBatchLayout.entryBytes(bytes, at);
        }
        return RecordBatchLayout.endOffset(bytes, at);
    }

    /** Whether the log is damaged there, where somebody may read it. */
    boolean isThere() {
        if (broker.disk() != disk || !disk.hasFile(file) || logStartOffset() >= endOffset) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(disk.contents(file));
        return position < bytes.limit()
                && damagedOrAfter(bytes, log.partition(), position) <= position;
    }

    /** Of the log that is open now. */
    private long logStartOffset() {
        TopicPartition partition = log.partition();
        return broker.broker()
                .flatMap(each -> each.replicas().log(partition.topicId(), partition.partition()))
                .map(PartitionLog::logStartOffset)
                .orElse(0L);
    }

    boolean isIn(SimBroker other, PartitionEntry entry) {
        return broker == other
                && log.partition().topicId().equals(entry.topicId())
                && log.partition().partition() == entry.partition();
    }

    @Override
    public String toString() {
        return "byte %d of %s in %s on %s"
                .formatted(position, file.getFileName(), log.partition(), broker);
    }
}
