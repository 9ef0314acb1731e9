// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.client.Consumer;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.ConsumerSettings;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A reader of a whole topic, from its beginning until it is closed, that notes what it reads. It
 * may be one that dies often: then another consumer goes on where the one before had processed.
 */
public final class SteadyReader implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final TaffrailClient client;
    private final String name;
    private final History history;
    private final long lifeRecords;
    private final Set<LogError> passing;
    private final Map<PartitionRef, StartFrom> positions = new HashMap<>();
    private final Thread thread = new Thread(this::run, "reader");
    private volatile Throwable failure;
    private volatile boolean stopping;

    /**
     * Begins at once.
     *
     * @param lifeRecords how many records one consumer processes before another takes over
     * @param passing failures after which another consumer tries again
     */
    public SteadyReader(
            TaffrailClient client,
            String topic,
            int partitions,
            String name,
            History history,
            long lifeRecords,
            Set<LogError> passing) {
        this.client = client;
        this.name = name;
        this.history = history;
        this.lifeRecords = lifeRecords;
        this.passing = passing;
        for (int partition = 0; partition < partitions; partition++) {
            positions.put(PartitionRef.of(topic, partition), StartFrom.earliest());
        }
        history.reading(name);
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                tryOneLife();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void tryOneLife() {
        try {
            oneLife();
        } catch (TaffrailException e) {
            if (!e.reason().filter(passing::contains).isPresent()) {
                throw e;
            }
        }
    }

    private void oneLife() {
        // Few at a time: then most that was fetched is lost with the consumer.
        try (Consumer consumer =
                client.newConsumer(ConsumerSettings.defaults().withMaxPollRecords(50))) {
            positions.forEach(consumer::assign);
            long left = lifeRecords;
            while (!stopping && left > 0) {
                List<ConsumerRecord> records = consumer.poll(LOOK_EVERY);
                records.forEach(this::process);
                left -= records.size();
            }
        }
    }

    private void process(ConsumerRecord record) {
        String value = new String(record.value(), UTF_8);
        history.read(record.partition(), name, record.offset(), value);
        positions.put(
                record.partitionRef(), StartFrom.offset(record.offset() + 1, record.leaderEpoch()));
    }

    /** Waits until it has read so many records; fails if it broke. */
    public void awaitCount(long records) throws Exception {
        Deadline.await(name + " has read " + records + " records", () -> hasRead(records));
    }

    /**
     * Waits until it has read so many records, for {@code most} at most; returns whether it has.
     * Fails if it broke.
     */
    public boolean readsWithin(Duration most, long records) throws Exception {
        return Deadline.isMet(most, () -> hasRead(records));
    }

    private boolean hasRead(long records) {
        if (failure != null) {
            throw new AssertionError(name + " failed", failure);
        }
        return history.readCount(name) >= records;
    }

    /** Stops after what it is processing. */
    @Override
    public void close() {
        stopping = true;
        Deadline.join(thread);
    }
}
