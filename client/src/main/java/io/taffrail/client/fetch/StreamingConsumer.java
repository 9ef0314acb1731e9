// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.client.Admin;
import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.ConsumerSettings;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.admin.ListedOffset;
import io.taffrail.client.admin.OffsetSpec;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.TopicInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The consumer as its user sees it. What keeps the partitions' slots open is {@link FetchSession};
 * all state is under that one's lock, and records are decoded outside of it.
 */
public final class StreamingConsumer implements Consumer {
    private final ConsumerSettings settings;
    private final Connection connection;
    private final Admin admin;
    private final Runnable onClose;
    private final FetchSession session;
    private final Object polling = new Object();

    /**
     * @param admin finds offsets
     * @param onClose run once the consumer is closed
     */
    public StreamingConsumer(
            ConsumerSettings settings, Connection connection, Admin admin, Runnable onClose) {
        this.settings = settings;
        this.connection = connection;
        this.admin = admin;
        this.onClose = onClose;
        this.session = new FetchSession(settings, connection);
    }

    @Override
    public void assign(PartitionRef partition, StartFrom start) {
        session.assign(List.of(new PartitionReader(partition, start, Long.MAX_VALUE)));
    }

    @Override
    public void assign(PartitionRef partition, StartFrom start, long endOffset) {
        if (endOffset < 0) {
            throw new IllegalArgumentException("end offset " + endOffset + " is negative");
        }
        session.assign(List.of(new PartitionReader(partition, start, endOffset)));
    }

    @Override
    public void assignAll(String topic, StartFrom start) {
        TopicInfo info = TaffrailClient.await(connection.metadata().topic(topic));
        List<PartitionReader> readers = new ArrayList<>();
        for (int partition = 0; partition < info.partitionCount(); partition++) {
            readers.add(
                    new PartitionReader(PartitionRef.of(topic, partition), start, Long.MAX_VALUE));
        }
        session.assign(readers);
    }

    @Override
    public void unassign(PartitionRef partition) {
        session.unassign(partition);
    }

    @Override
    public Set<PartitionRef> assignment() {
        return session.assignment();
    }

    @Override
    public List<ConsumerRecord> poll(Duration timeout) {
        synchronized (polling) {
            long deadlineNanos = System.nanoTime() + timeout.toNanos();
            List<ConsumerRecord> records = new ArrayList<>();
            while (true) {
                session.throwFailure();
                takeRecords(records);
                if (!records.isEmpty() || !session.awaitRecords(deadlineNanos)) {
                    return records;
                }
            }
        }
    }

    /** From one partition after the other, one chunk's records at most of each. */
    private void takeRecords(List<ConsumerRecord> records) {
        while (records.size() < settings.maxPollRecords()) {
            FetchSession.Loan loan = session.lend();
            if (loan == null) {
                return;
            }
            List<ConsumerRecord> decoded = new ArrayList<>();
            session.takeBack(loan, decoded, settings.maxPollRecords() - records.size());
            records.addAll(decoded);
        }
    }

    @Override
    public void seek(PartitionRef partition, StartFrom start) {
        session.seek(partition, start);
    }

    @Override
    public void pause(Collection<PartitionRef> partitions) {
        session.setPaused(partitions, true);
    }

    @Override
    public void resume(Collection<PartitionRef> partitions) {
        session.setPaused(partitions, false);
    }

    @Override
    public Set<PartitionRef> paused() {
        return session.paused();
    }

    @Override
    public Position position(PartitionRef partition) {
        return session.position(partition);
    }

    @Override
    public OptionalLong highWatermark(PartitionRef partition) {
        return session.highWatermark(partition);
    }

    @Override
    public Map<PartitionRef, Long> endOffsets(Collection<PartitionRef> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    @Override
    public Map<PartitionRef, Long> beginningOffsets(Collection<PartitionRef> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    private Map<PartitionRef, Long> offsets(Collection<PartitionRef> partitions, OffsetSpec spec) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<PartitionRef, OffsetSpec> specs = new LinkedHashMap<>();
        partitions.forEach(partition -> specs.put(partition, spec));
        Map<PartitionRef, Long> offsets = new LinkedHashMap<>();
        for (var found : TaffrailClient.await(admin.listOffsets(specs)).entrySet()) {
            ListedOffset offset = found.getValue();
            if (offset.error().isPresent()) {
                throw offset.error().get();
            }
            offsets.put(found.getKey(), offset.offset().orElseThrow());
        }
        return offsets;
    }

    @Override
    public boolean isFinished() {
        return session.isFinished();
    }

    @Override
    public void wakeup() {
        session.wakeup();
    }

    @Override
    public void close() {
        if (session.close()) {
            onClose.run();
        }
    }
}
