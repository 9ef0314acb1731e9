// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.fetch;

import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.client.Consumer.Position;
import io.taffrail.client.ConsumerRecord;
import io.taffrail.client.ConsumerSettings;
import io.taffrail.client.ConsumerSettings.OutOfRangePolicy;
import io.taffrail.client.PartitionRef;
import io.taffrail.client.StartFrom;
import io.taffrail.client.TaffrailException;
import io.taffrail.client.connection.Connection;
import io.taffrail.client.connection.Failure;
import io.taffrail.client.connection.Route;
import io.taffrail.model.HostPort;
import io.taffrail.model.LogError;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a slot open for each partition that is read, at its leader or through a door, and decides
 * what to do when one ends. Its monitor is the consumer's lock: for any thread, and never held
 * while records are decoded.
 */
final class FetchSession implements FetchStream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(FetchSession.class);
    private static final Duration TICK = Duration.ofSeconds(1);

    /** A broker waits for its metadata at most 2 s, and a door may have to find the leader too. */
    private static final long OPENING_PATIENCE_NANOS = Duration.ofSeconds(6).toNanos();

    /** For the last answers of a leader that was told that it leads no more. */
    private static final Duration GRACE_FOR_FORMER_LEADER = Duration.ofMillis(100);

    private static final long LEAST_WINDOW_BYTES = 64 << 10;

    /** Whatever a topic may allow; what comes is bounded by credit. */
    private static final int MAX_MESSAGE_BYTES = 200 << 20;

    /** A reader's decoder, lent to the thread that polls. */
    record Loan(PartitionReader reader, ChunkDecoder decoder, int turn) {}

    private final ConsumerSettings settings;
    private final Connection connection;
    private final Map<PartitionRef, PartitionReader> readers = new LinkedHashMap<>();
    private final Map<HostPort, FetchStream> streams = new HashMap<>();
    private final Runnable onNews = this::lookForNewLeaders;
    private boolean woken;
    private boolean closed;

    FetchSession(ConsumerSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
        connection.metadata().addListener(onNews);
        connection.later(TICK, this::tick);
    }

    /** Looks for readers whose partition has another leader than the one that is waited for. */
    private synchronized void lookForNewLeaders() {
        if (closed) {
            return;
        }
        for (PartitionReader reader : List.copyOf(readers.values())) {
            if (!hasNewerLeader(reader)) {
                continue;
            }
            if (reader.slot().isPresent()) {
                FetchStream.Slot former = reader.slot().get();
                connection.later(GRACE_FOR_FORMER_LEADER, () -> leave(reader, former));
            } else if (reader.needsSlot()) {
                reader.backoff().reset();
                reader.leaveSlot(); // what waits to open one is void
                open(reader);
            }
        }
    }

    private boolean hasNewerLeader(PartitionReader reader) {
        return connection
                .metadata()
                .leader(reader.partition())
                .filter(leader -> leader.id().isPresent() && leader.epoch() > reader.triedEpoch())
                .isPresent();
    }

    /** A leader that lives on says itself that it leads no more; this one hangs, or is cut off. */
    private synchronized void leave(PartitionReader reader, FetchStream.Slot former) {
        if (!closed && reader.isAt(former) && hasNewerLeader(reader)) {
            reader.leaveSlot();
            open(reader);
        }
    }

    /** Ends what a broker keeps waiting that has fallen silent. */
    private synchronized void tick() {
        if (closed) {
            return;
        }
        connection.later(TICK, this::tick);
        long now = System.nanoTime();
        for (PartitionReader reader : List.copyOf(readers.values())) {
            if (reader.opensSince(OPENING_PATIENCE_NANOS, now)) {
                FetchStream.Slot silent = reader.slot().orElseThrow();
                connection.channels().failed(silent.address());
                onClosed(silent, Failure.local("the slot was not opened", silent.address()));
            }
        }
        List.copyOf(streams.values()).forEach(stream -> stream.breakOffIfSilent(now));
    }

    synchronized void assign(Collection<PartitionReader> assigned) {
        requireOpen();
        for (PartitionReader reader : assigned) {
            unassign(reader.partition());
            readers.put(reader.partition(), reader);
        }
        assigned.forEach(this::open);
        notifyAll();
    }

    synchronized void unassign(PartitionRef partition) {
        PartitionReader left = readers.remove(partition);
        if (left != null) {
            left.leaveSlot();
        }
    }

    synchronized Set<PartitionRef> assignment() {
        return Set.copyOf(readers.keySet());
    }

    synchronized void seek(PartitionRef partition, StartFrom start) {
        PartitionReader reader = reader(partition);
        reader.seek(start);
        open(reader);
        notifyAll();
    }

    synchronized void setPaused(Collection<PartitionRef> partitions, boolean paused) {
        partitions.forEach(partition -> reader(partition).setPaused(paused));
        notifyAll();
    }

    synchronized Set<PartitionRef> paused() {
        return readers.values().stream()
                .filter(PartitionReader::isPaused)
                .map(PartitionReader::partition)
                .collect(Collectors.toUnmodifiableSet());
    }

    synchronized Position position(PartitionRef partition) {
        return reader(partition).position();
    }

    synchronized OptionalLong highWatermark(PartitionRef partition) {
        return reader(partition).highWatermark();
    }

    synchronized boolean isFinished() {
        return !readers.isEmpty()
                && readers.values().stream().allMatch(PartitionReader::isFinished);
    }

    private PartitionReader reader(PartitionRef partition) {
        PartitionReader reader = readers.get(partition);
        if (reader == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return reader;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the consumer is closed");
        }
    }

    /** Opens a slot, once the topic's metadata is there. */
    private void open(PartitionReader reader) {
        if (closed || !reader.needsSlot() || readers.get(reader.partition()) != reader) {
            return;
        }
        reader.setOpening(true);
        int turn = reader.turn();
        var unused =
                connection
                        .metadata()
                        .topic(reader.partition().topic())
                        .whenComplete((topic, failure) -> onMetadata(reader, turn, failure));
    }

    private synchronized void onMetadata(PartitionReader reader, int turn, Throwable failure) {
        if (closed || reader.turn() != turn || readers.get(reader.partition()) != reader) {
            return;
        }
        if (failure == null) {
            openSlot(reader);
        } else {
            reader.setOpening(false);
            reader.fail(unwrap(failure));
            notifyAll();
        }
    }

    private static TaffrailException unwrap(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TaffrailException refused) {
            return refused;
        }
        throw new IllegalStateException("metadata failed with what is no answer", cause);
    }

    private void openSlot(PartitionReader reader) {
        Route route = connection.metadata().route(reader.partition());
        long window = Math.max(LEAST_WINDOW_BYTES, settings.maxBufferedBytes() / readers.size());
        FetchOpen.Builder open =
                FetchOpen.newBuilder()
                        .setTopic(reader.partition().topic())
                        .setPartition(reader.partition().partition())
                        .setStart(reader.startPosition())
                        .setMaxMessageBytes(MAX_MESSAGE_BYTES)
                        .setDemand(Demand.newBuilder().setBytes(window));
        route.topicId().ifPresent(open::setTopicId);
        route.leaderEpoch().ifPresent(open::setLeaderEpoch);
        reader.endOffset().ifPresent(open::setEndOffset);
        FetchStream stream = streams.get(route.address());
        if (stream == null || stream.hasEnded()) {
            stream =
                    new FetchStream(route.address(), connection.channels(), this, this::soon, this);
            streams.put(route.address(), stream);
        }
        reader.useSlot(
                stream.open(reader, open.build()), window, route.leaderEpoch(), System.nanoTime());
    }

    private void soon(Runnable task) {
        connection.later(Duration.ZERO, task);
    }

    @Override
    public void onResponse(FetchStream.Slot slot, FetchResponse response) {
        PartitionReader reader = slot.reader();
        if (!reader.isAt(slot)) {
            return;
        }
        if (response.hasOpened()) {
            connection.metadata().learn(reader.partition(), response.getOpened());
        }
        reader.onResponse(response);
        if (response.hasOpened() && response.getOpened().getForwarded()) {
            moveToLeader(reader, slot);
        }
        if (reader.hasRecords() || reader.isFinished()) {
            notifyAll();
        }
    }

    /** Saves the hop through a door, if the leader can be reached. */
    private void moveToLeader(PartitionReader reader, FetchStream.Slot slot) {
        Route route = connection.metadata().route(reader.partition());
        if (!route.address().equals(slot.address()) && reader.mayMove(System.nanoTime())) {
            reader.leaveSlot();
            open(reader);
        }
    }

    @Override
    public void onClosed(FetchStream.Slot slot, Failure failure) {
        PartitionReader reader = slot.reader();
        if (!reader.isAt(slot)) {
            return;
        }
        if (failure.code() == io.grpc.Status.Code.OK) {
            reader.onEndReached();
        } else {
            reader.leaveSlot();
            connection.metadata().learn(reader.partition(), failure);
            if (failure.is(LogError.LEADER_UNKNOWN)) {
                connection.metadata().doubt(slot.address());
            }
            LOG.debug("{}: {}", reader.partition(), failure.message());
            decide(reader, failure);
        }
        notifyAll();
    }

    private void decide(PartitionReader reader, Failure failure) {
        Optional<StartFrom> elsewhere = elsewhere(failure);
        if (failure.passes()) {
            reopenLater(reader, reader.backoff().after(failure));
        } else if (elsewhere.isPresent()) {
            LOG.warn(
                    "{}: {}; going on at {}",
                    reader.partition(),
                    failure.message(),
                    elsewhere.get());
            reader.seek(elsewhere.get());
            reopenLater(reader, reader.backoff().after(failure));
        } else {
            reader.fail(failure.toException("cannot read " + reader.partition()));
        }
    }

    /** Where the settings say to go on if a position is not in the log. */
    private Optional<StartFrom> elsewhere(Failure failure) {
        if (settings.outOfRange() == OutOfRangePolicy.FAIL) {
            return Optional.empty();
        }
        if (failure.is(LogError.LOG_TRUNCATED)) {
            OptionalLong cut = failure.number("diverging_offset");
            return cut.isPresent()
                    ? Optional.of(StartFrom.offset(cut.getAsLong()))
                    : Optional.of(policyStart());
        }
        return failure.is(LogError.OFFSET_OUT_OF_RANGE)
                ? Optional.of(policyStart())
                : Optional.empty();
    }

    private StartFrom policyStart() {
        return settings.outOfRange() == OutOfRangePolicy.EARLIEST
                ? StartFrom.earliest()
                : StartFrom.latest();
    }

    private void reopenLater(PartitionReader reader, Duration delay) {
        int turn = reader.turn();
        connection.later(
                delay,
                () -> {
                    synchronized (this) {
                        if (reader.turn() == turn) {
                            open(reader);
                        }
                    }
                });
    }

    /** Throws what keeps a partition from being read; what may pass is tried again behind that. */
    synchronized void throwFailure() {
        requireOpen();
        for (PartitionReader reader : readers.values()) {
            if (reader.failure().isPresent() && !reader.isPaused()) {
                TaffrailException failure = reader.failure().get();
                if (failure.retriable()) {
                    reader.clearFailure();
                    open(reader);
                }
                throw failure;
            }
        }
    }

    /** Lends the next records' decoder, each partition's in turn; null if there is none. */
    synchronized Loan lend() {
        for (PartitionReader reader : readers.values()) {
            if (reader.hasRecords()) {
                readers.remove(reader.partition()); // to the end of the row
                readers.put(reader.partition(), reader);
                return new Loan(reader, reader.decoder(settings.checkCrcs()), reader.turn());
            }
        }
        return null;
    }

    /** Decodes, and says that it is returned to the user, unless it became void meanwhile. */
    void takeBack(Loan loan, List<ConsumerRecord> records, int max) {
        TaffrailException damage = null;
        try {
            loan.decoder().decode(records, max);
        } catch (TaffrailException e) {
            damage = e;
        }
        synchronized (this) {
            PartitionReader reader = loan.reader();
            if (reader.turn() != loan.turn()) {
                records.clear(); // sought or broken off: fetched again from the position
                return;
            }
            reader.returned(loan.decoder(), records);
            if (damage != null) {
                reader.leaveSlot();
                reader.fail(damage);
            }
        }
    }

    /** Waits for records, or for something to throw. False: return what there is. */
    synchronized boolean awaitRecords(long deadlineNanos) {
        Predicate<PartitionReader> wantsPoll =
                reader ->
                        reader.hasRecords() || (reader.failure().isPresent() && !reader.isPaused());
        while (readers.values().stream().noneMatch(wantsPoll)) {
            long leftMs =
                    TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime() + 999_999);
            if (woken || closed || isFinished() || leftMs <= 0) {
                woken = false;
                return false;
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    synchronized void wakeup() {
        woken = true;
        notifyAll();
    }

    /** False if it was closed before. */
    synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        connection.metadata().removeListener(onNews);
        readers.values().forEach(PartitionReader::leaveSlot);
        streams.values().stream().filter(stream -> !stream.hasEnded()).forEach(FetchStream::finish);
        notifyAll();
        return true;
    }
}
