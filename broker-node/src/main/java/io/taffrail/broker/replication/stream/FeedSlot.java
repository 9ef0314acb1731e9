// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.StatusTranslator;
import io.taffrail.api.TopicIdTranslator;
import io.taffrail.api.internal.v1.ReplicateResponse;
import io.taffrail.api.internal.v1.SubscriptionAck;
import io.taffrail.api.internal.v1.SubscriptionClose;
import io.taffrail.api.internal.v1.SubscriptionOpen;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.partition.FollowerOpen;
import io.taffrail.broker.replication.OpenOutcome;
import io.taffrail.broker.replication.ReplicaMarks;
import io.taffrail.broker.replication.ReplicaSubscription;
import io.taffrail.broker.replication.ReplicationSource;
import io.taffrail.broker.replication.ReplicationSources.Lookup;
import io.taffrail.broker.replication.stream.FeedReads.Outcome;
import io.taffrail.model.TopicId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of a feed: where the follower's log ends as far as was sent, and what is to be
 * sent next. It acts when the pump calls {@link #takeTurn}, and asks for that whenever something
 * has changed. On the feed's thread but for {@link #wake}.
 */
final class FeedSlot {
    private static final Logger LOG = LoggerFactory.getLogger(FeedSlot.class);

    /** What was appended since, by a follower that was at the end so recently, is in memory. */
    private static final Duration TAIL_AGE = Duration.ofSeconds(5);

    private final ReplicaFeed feed;
    private final SubscriptionOpen open;
    private final TopicId topicId;
    private final FollowerOpen followerOpen;
    private final ByteBudget.Share held;
    private final AtomicBoolean woken = new AtomicBoolean();

    private ReplicaSubscription source; // null until the leader accepted
    private int leaderEpoch;
    private Subscription listening = () -> {};
    private ReplicaMarks sentMarks; // null: none
    private long nextOffset;
    private boolean atTail;
    private long atTailNanos;
    private boolean reading; // elsewhere
    private boolean ended;

    /**
     * A subscription that is asked for.
     *
     * @throws IllegalArgumentException if an id has not its 16 bytes
     */
    FeedSlot(ReplicaFeed feed, SubscriptionOpen open) {
        this.feed = feed;
        this.open = open;
        this.topicId = TopicIdTranslator.toModel(open.getTopicId());
        this.followerOpen = SubscriptionTranslator.toModel(feed.follower(), open);
        this.held = feed.services().held().share();
    }

    int number() {
        return open.getSlot();
    }

    long subscription() {
        return open.getSubscription();
    }

    // Opening

    /** Looks for the leadership that is asked for. */
    void begin() {
        var unused =
                environment()
                        .sources()
                        .find(topicId, open.getPartition(), open.getLeaderEpoch())
                        .whenComplete(
                                (lookup, failure) ->
                                        feed.later(
                                                () -> {
                                                    if (failure == null) {
                                                        found(lookup);
                                                    } else {
                                                        fail(failure);
                                                    }
                                                }));
    }

    private void found(Lookup lookup) {
        if (ended) {
            return;
        }
        if (lookup instanceof Lookup.Failed failed) {
            end(failed.why());
            return;
        }
        ReplicationSource leader = ((Lookup.Found) lookup).source();
        environment()
                .readers()
                .execute(
                        () -> {
                            try {
                                OpenOutcome outcome = leader.open(followerOpen);
                                feed.later(() -> opened(leader, outcome));
                            } catch (RuntimeException e) {
                                feed.later(() -> fail(e));
                            }
                        });
    }

    private void opened(ReplicationSource leader, OpenOutcome outcome) {
        if (ended) {
            return;
        }
        if (outcome instanceof OpenOutcome.Refused refused) {
            end(refused.why());
            return;
        }
        feed.pump().answer(state().setOpened(SubscriptionTranslator.toProto(outcome)).build());
        if (outcome instanceof OpenOutcome.Accepted accepted) {
            source = accepted.subscription();
            leaderEpoch = leader.leaderEpoch();
            nextOffset = open.getLogEndOffset();
            listening = leader.subscribeReplication(this::wake);
            feed.ready(this);
        } else {
            release();
            feed.remove(this); // the follower opens again
            feed.runPumpSoon();
        }
    }

    // What the follower says

    void acknowledged(SubscriptionAck ack) {
        if (source != null) {
            source.acknowledged(
                    ack.getAcknowledgedOffset(), ack.getLogStartOffset(), ack.getCompactedOffset());
        }
    }

    void closed(SubscriptionClose close) {
        if (source != null && close.hasBadEntryOffset()) {
            source.badEntry(close.getBadEntryOffset());
        }
        release();
    }

    // What there is to send

    /** Something has changed at the leader. From any thread; many calls make one step. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            feed.later(
                    () -> {
                        woken.set(false);
                        if (!ended) {
                            feed.ready(this);
                        }
                    });
        }
    }

    /** Its marks are due, changed or not; and whatever there is to do, if nobody said so. */
    void tick() {
        if (source != null) {
            feed.pump().enqueue(this);
            feed.pump().enqueueMarks(this);
        }
    }

    /** The marks as they are now, which are then sent. */
    io.taffrail.api.internal.v1.ReplicaMarks takeMarks() {
        sentMarks = source.marks();
        return SubscriptionTranslator.toProto(number(), subscription(), sentMarks);
    }

    /**
     * Does the next thing that can be done, and sends at most one run. Returns whether there may be
     * more to do right away.
     */
    boolean takeTurn() {
        try {
            return step();
        } catch (RuntimeException e) {
            fail(e);
            return false;
        }
    }

    private boolean step() {
        if (ended || source == null) {
            return false;
        }
        Optional<LogFailure> over = source.ended();
        if (over.isPresent()) {
            end(over.get());
            return false;
        }
        if (nextOffset >= source.logEndOffset()) {
            atTail = true;
            atTailNanos = nanoTime();
        } else if (!reading && read()) {
            return true;
        }
        if (!ended && !source.marks().equals(sentMarks)) {
            feed.pump().enqueueMarks(this);
        }
        return false;
    }

    /** Returns whether a run was sent. */
    private boolean read() {
        boolean inMemory = atTail && nanoTime() - atTailNanos < TAIL_AGE.toNanos();
        if (!inMemory && !feed.pump().takeDiskTurn(this)) {
            return false;
        }
        int share = feed.pump().takeShare(this);
        if (share == 0) {
            if (!inMemory) {
                feed.pump().freeDisk();
            }
            return false;
        }
        if (inMemory) {
            return take(share, feed.services().reads().read(source, nextOffset, share));
        }
        reading = true;
        environment().readers().execute(() -> readThere(share));
        return false;
    }

    private void readThere(int share) {
        Outcome outcome = feed.services().reads().read(source, nextOffset, share);
        feed.laterOr(() -> land(share, outcome), outcome::discard);
    }

    /** What was read elsewhere is one message more than gRPC asked for at the most: it is sent. */
    private void land(int share, Outcome outcome) {
        reading = false;
        feed.pump().freeDisk();
        if (ended) {
            outcome.discard();
            feed.pump().settle(share, 0);
        } else if (take(share, outcome)) {
            feed.pump().enqueue(this);
        }
        feed.runPumpSoon();
    }

    private boolean take(int share, Outcome outcome) {
        if (outcome instanceof Outcome.Run run) {
            feed.pump().settle(share, run.entries().readableBytes());
            send(run);
            return true;
        }
        feed.pump().settle(share, 0);
        if (outcome instanceof Outcome.Failed failed) {
            end(failed.why());
        } else if (outcome instanceof Outcome.Broken broken) {
            fail(broken.bug());
        }
        return false;
    }

    private void send(Outcome.Run run) {
        ReplicateResponse.Builder header =
                state().setFromOffset(run.fromOffset())
                        .setNextOffset(run.nextOffset())
                        .setLeaderEpoch(leaderEpoch)
                        .addMarks(takeMarks());
        run.epochBefore().ifPresent(header::setEpochBefore);
        nextOffset = run.nextOffset();
        ByteBudget.Charge charge = held.reserve(run.entries().capacity()).orElseThrow();
        feed.pump().sendRun(this, FetchAnswer.of(header.build(), run.entries(), charge));
    }

    private ReplicateResponse.Builder state() {
        return ReplicateResponse.newBuilder().setSlot(number()).setSubscription(subscription());
    }

    // The end

    /** Ends the subscription, and says why. */
    private void end(LogFailure why) {
        end(StatusTranslator.toStatus(why));
    }

    private void end(Status status) {
        release();
        feed.remove(this);
        feed.pump().answer(state().setClosed(status).build());
        feed.runPumpSoon();
    }

    /** A bug that one partition runs into must not stop the others. */
    private void fail(Throwable bug) {
        LOG.error("partition {} of {} cannot be fed", open.getPartition(), topicId, bug);
        if (!ended) {
            end(
                    Status.newBuilder()
                            .setCode(io.grpc.Status.Code.INTERNAL.value())
                            .setMessage("the partition cannot be fed; the leader's log says why")
                            .build());
        }
    }

    /** Lets go of what it holds, and is not heard of again. */
    void release() {
        ended = true;
        listening.close();
    }

    private FeedEnvironment environment() {
        return feed.services().environment();
    }

    private long nanoTime() {
        return environment().clock().nanoTime();
    }
}
