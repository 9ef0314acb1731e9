// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import io.taffrail.api.LogFailure;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.replication.OpenOutcome;
import io.taffrail.broker.replication.ReplicaMarks;
import io.taffrail.broker.replication.ReplicaSubscription;
import io.taffrail.broker.replication.ReplicationSource;
import io.taffrail.logstore.LogReadResult;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import io.taffrail.model.OffsetAndEpoch;
import io.taffrail.model.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A leadership over a real log with one follower, whose acknowledgements are its high watermark.
 * Any thread.
 */
final class LogSource implements ReplicationSource {
    private final PartitionLog log;
    private final int leaderEpoch;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<FollowerOpen> opens = new CopyOnWriteArrayList<>();
    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Long> badEntries = new CopyOnWriteArrayList<>();
    private volatile long current = -1; // the subscription that counts
    private volatile Optional<LogFailure> ended = Optional.empty();
    private volatile boolean broken;
    private volatile Optional<LogFailure> refusal = Optional.empty();

    LogSource(PartitionLog log, int leaderEpoch) {
        this.log = log;
        this.leaderEpoch = leaderEpoch;
    }

    // What a test says

    /** One record of so many bytes. */
    void append(int valueBytes, long seed) {
        Logs.append(log, leaderEpoch, valueBytes, seed);
        tell();
    }

    void end(LogError error) {
        ended = Optional.of(LogFailure.of(error, "the leadership is over"));
        tell();
    }

    /** Every read fails as no code should. */
    void breakReads(boolean value) {
        broken = value;
    }

    /** Every open is answered with this, until it is empty again. */
    void refuse(Optional<LogFailure> failure) {
        refusal = failure;
    }

    void advanceLogStart(long offset) {
        try {
            log.advanceLogStart(offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tell();
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    // What a test looks at

    PartitionLog log() {
        return log;
    }

    List<FollowerOpen> opens() {
        return opens;
    }

    /** Offsets, in the order in which they came. */
    List<Long> acknowledged() {
        return acknowledged;
    }

    List<Long> badEntries() {
        return badEntries;
    }

    int listenerCount() {
        return listeners.size();
    }

    // ReplicationSource

    @Override
    public TopicPartition partition() {
        return log.partition();
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public synchronized OpenOutcome open(FollowerOpen open) {
        opens.add(open);
        if (ended.or(() -> refusal).isPresent()) {
            return new OpenOutcome.Refused(ended.or(() -> refusal).get());
        }
        if (open.subscription() <= current) {
            return new OpenOutcome.Refused(LogFailure.of(LogError.STALE_EPOCH, "an older open"));
        }
        if (open.logEndOffset() < log.logStartOffset()) {
            try {
                return new OpenOutcome.Restart(log.restartPoint());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (open.lastEpoch().isPresent()) {
            Optional<OffsetAndEpoch> end = log.endOfEpoch(open.lastEpoch().getAsInt());
            if (end.isEmpty()) {
                return new OpenOutcome.Diverged(OptionalInt.empty(), log.logStartOffset());
            }
            if (end.get().leaderEpoch() != open.lastEpoch().getAsInt()
                    || end.get().offset() < open.logEndOffset()) {
                return new OpenOutcome.Diverged(
                        OptionalInt.of(end.get().leaderEpoch()), end.get().offset());
            }
        }
        current = open.subscription();
        return new OpenOutcome.Accepted(new OneSubscription(open.subscription()));
    }

    @Override
    public Subscription subscribeReplication(Runnable listener) {
        Runnable own = new Runnable() { // told apart by identity
                    @Override
                    public void run() {
                        listener.run();
                    }
                };
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    private final class OneSubscription implements ReplicaSubscription {
        private final long number;

        OneSubscription(long number) {
            this.number = number;
        }

        @Override
        public Optional<LogFailure> ended() {
            return ended.isPresent() || number == current
                    ? ended
                    : Optional.of(LogFailure.of(LogError.STALE_EPOCH, "opened anew"));
        }

        @Override
        public long logEndOffset() {
            return log.logEndOffset();
        }

        @Override
        public LogReadResult read(long fromOffset, int maxBytes) throws IOException {
            if (broken) {
                throw new IllegalStateException("a planted bug");
            }
            return log.read(fromOffset, Long.MAX_VALUE, maxBytes);
        }

        @Override
        public OptionalInt epochBefore(long fromOffset) {
            return fromOffset <= log.logStartOffset()
                    ? OptionalInt.empty()
                    : log.epochOf(fromOffset - 1);
        }

        @Override
        public ReplicaMarks marks() {
            return new ReplicaMarks(OptionalLong.of(log.highWatermark()), log.logStartOffset(), 0);
        }

        @Override
        public void acknowledged(long offset, long logStartOffset, long compactedOffset) {
            if (number == current) {
                acknowledged.add(offset);
                log.advanceHighWatermark(offset);
                tell();
            }
        }

        @Override
        public void badEntry(long offset) {
            badEntries.add(offset);
        }
    }
}
