// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.produce;

import io.taffrail.client.PartitionRef;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.ProducerSettings;
import io.taffrail.client.RecordMetadata;
import io.taffrail.client.TaffrailClient;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.TopicInfo;
import io.taffrail.model.Clock;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.Partitioner;
import io.taffrail.model.batch.RecordBatchBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The producer: checks, chooses partitions and hands records to their queues. What is behind the
 * queues is the business of {@link PartitionWriter}, on the producer's own thread.
 */
public final class StreamingProducer implements Producer {
    private static final Duration LONGEST_TICK = Duration.ofMillis(250);
    private static final int TICKS_PER_TIMEOUT = 8;

    private final ProducerSettings settings;
    private final Connection connection;
    private final Clock clock;
    private final BufferBudget budget;
    private final ProducerTurn turn;
    private final Runnable onNews = this::lookForNewLeaders;
    private final WriterContext context;
    private final Duration tick;
    private final Runnable onClose;
    private final Map<PartitionRef, PartitionWriter> writers = new ConcurrentHashMap<>();
    private final Map<String, StickyPartition> sticky = new ConcurrentHashMap<>();
    private final Queue<RecordBatchBuilder> spareBuilders = new ConcurrentLinkedQueue<>();
    private volatile TaffrailException fatal;
    private volatile boolean closed;

    /**
     * @param onClose run once the producer is closed
     */
    public StreamingProducer(
            ProducerSettings settings, Connection connection, Clock clock, Runnable onClose) {
        this.settings = settings;
        this.connection = connection;
        this.clock = clock;
        this.onClose = onClose;
        this.budget = new BufferBudget(settings.maxBufferedBytes(), settings.maxBlock());
        this.turn = new ProducerTurn(clock, this::onBug);
        this.tick = tickLength(settings);
        this.context =
                new WriterContext(
                        settings,
                        connection,
                        budget,
                        turn,
                        new ProduceStreams(connection.channels(), turn),
                        new IdentitySource(connection, turn),
                        builder -> spareBuilders.add(builder.reset()),
                        this::onFenced);
        connection.metadata().addListener(onNews);
        turn.later(tick, this::tick);
    }

    private void lookForNewLeaders() {
        turn.execute(() -> writers.values().forEach(PartitionWriter::onNews));
    }

    private static Duration tickLength(ProducerSettings settings) {
        Duration shorter =
                settings.requestTimeout().compareTo(settings.deliveryTimeout()) < 0
                        ? settings.requestTimeout()
                        : settings.deliveryTimeout();
        Duration part = shorter.dividedBy(TICKS_PER_TIMEOUT);
        return part.compareTo(LONGEST_TICK) < 0 ? part : LONGEST_TICK;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord record) {
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
        if (fatal != null) {
            return CompletableFuture.failedFuture(fatal);
        }
        TopicInfo topic;
        try {
            topic = topic(record.topic());
        } catch (TaffrailException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (record.partition().isPresent()
                && record.partition().getAsInt() >= topic.partitionCount()) {
            return CompletableFuture.failedFuture(noSuchPartition(record, topic));
        }
        long bytes = BufferBudget.sizeOf(record);
        var refused = budget.take(bytes);
        if (refused.isPresent()) {
            return CompletableFuture.failedFuture(refused.get());
        }
        return append(record, topic, (int) bytes);
    }

    private CompletableFuture<RecordMetadata> append(
            ProducerRecord record, TopicInfo topic, int bytes) {
        int partition = partitionOf(record, topic.partitionCount());
        PartitionWriter writer = writer(PartitionRef.of(record.topic(), partition));
        Delivery delivery = new Delivery(record.timestampMs().orElseGet(clock::wallMs), bytes);
        BatchQueue.Appended appended;
        try {
            appended = writer.queue().append(record, delivery, clock.nanoTime());
        } catch (IllegalArgumentException e) {
            budget.giveBack(bytes);
            return CompletableFuture.failedFuture(writer.queue().refused(e));
        }
        if (appended != BatchQueue.Appended.NOTHING_NEW) {
            turn.execute(writer::pump);
        }
        if (appended == BatchQueue.Appended.BATCH_FULL && choosesFreely(record)) {
            sticky(record.topic()).leave(partition, topic.partitionCount());
        }
        if (closed || fatal != null) {
            turn.execute(() -> writer.failAll(fatal != null ? fatal : closedWhileSending()));
        }
        return delivery;
    }

    private static boolean choosesFreely(ProducerRecord record) {
        return record.partition().isEmpty() && record.key() == null;
    }

    private int partitionOf(ProducerRecord record, int partitionCount) {
        if (record.partition().isPresent()) {
            return record.partition().getAsInt();
        }
        return record.key() == null
                ? sticky(record.topic()).choose(partitionCount)
                : Partitioner.partitionOf(record.key(), partitionCount);
    }

    private StickyPartition sticky(String topic) {
        return sticky.computeIfAbsent(topic, name -> new StickyPartition());
    }

    private PartitionWriter writer(PartitionRef partition) {
        PartitionWriter known = writers.get(partition);
        return known != null ? known : writers.computeIfAbsent(partition, this::newWriter);
    }

    private PartitionWriter newWriter(PartitionRef partition) {
        BatchQueue queue =
                new BatchQueue(
                        partition,
                        settings.batchBytes(),
                        settings.linger().toNanos(),
                        this::builder);
        return new PartitionWriter(partition, queue, context);
    }

    private RecordBatchBuilder builder() {
        RecordBatchBuilder spare = spareBuilders.poll();
        return spare != null ? spare : new RecordBatchBuilder(settings.compression());
    }

    private TopicInfo topic(String name) {
        return connection.metadata().known(name).orElseGet(() -> awaitTopic(name));
    }

    private TopicInfo awaitTopic(String name) {
        CompletableFuture<TopicInfo> found = connection.metadata().topic(name);
        try {
            return found.get(settings.maxBlock().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TaffrailException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new TaffrailException(
                    "no metadata of topic '"
                            + name
                            + "' came within "
                            + settings.maxBlock().toMillis()
                            + " ms",
                    null,
                    "DEADLINE_EXCEEDED",
                    Map.of(),
                    true,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaffrailException(
                    "interrupted while waiting for the metadata of topic '" + name + "'",
                    null,
                    "CANCELLED",
                    Map.of(),
                    true,
                    e);
        }
    }

    private static TaffrailException noSuchPartition(ProducerRecord record, TopicInfo topic) {
        return TaffrailException.of(
                LogError.UNKNOWN_TOPIC,
                "there is no partition "
                        + record.partition().getAsInt()
                        + " in topic '"
                        + record.topic()
                        + "': it has "
                        + topic.partitionCount());
    }

    @Override
    public int partitionCount(String topic) {
        return topic(topic).partitionCount();
    }

    @Override
    public void flush() {
        TaffrailClient.await(flushed());
    }

    private CompletableFuture<Void> flushed() {
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        turn.execute(
                () -> {
                    List<ProducerBatch> unfinished = new ArrayList<>();
                    writers.values().forEach(writer -> writer.flush(unfinished));
                    var unused =
                            CompletableFuture.allOf(
                                            unfinished.stream()
                                                    .map(ProducerBatch::done)
                                                    .toArray(CompletableFuture<?>[]::new))
                                    .thenRun(() -> flushed.complete(null));
                });
        return flushed;
    }

    @Override
    public void close() {
        close(settings.deliveryTimeout().plus(LONGEST_TICK));
    }

    @Override
    public void close(Duration timeout) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            flushed().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            failAll(
                    new TaffrailException(
                            "the producer was closed before the record was acknowledged; whether it"
                                    + " is stored is not known",
                            null,
                            "CANCELLED",
                            Map.of(),
                            false,
                            null));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        stop();
    }

    private void stop() {
        connection.metadata().removeListener(onNews);
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        turn.execute(
                () -> {
                    writers.values().forEach(writer -> writer.failAll(closedWhileSending()));
                    context.streams().finish();
                    turn.stop();
                    stopped.complete(null);
                });
        stopped.join();
        onClose.run();
    }

    private void failAll(TaffrailException why) {
        turn.execute(() -> writers.values().forEach(writer -> writer.failAll(why)));
    }

    private void tick() {
        turn.later(tick, this::tick);
        writers.values().forEach(PartitionWriter::tick);
    }

    private void onFenced(Failure failure) {
        fatal = failure.toException("this producer cannot go on");
        writers.values().forEach(writer -> writer.failAll(fatal));
    }

    private void onBug(RuntimeException bug) {
        fatal =
                new TaffrailException(
                        "the producer met a bug of its own: " + bug,
                        null,
                        "INTERNAL",
                        Map.of(),
                        false,
                        bug);
        writers.values().forEach(writer -> writer.failAll(fatal));
    }

    private static TaffrailException closedWhileSending() {
        return new TaffrailException(
                "the producer was closed while the record was sent",
                null,
                "CANCELLED",
                Map.of(),
                false,
                null);
    }
}
