// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.replication.PartitionLeader;
import io.taffrail.broker.replication.PartitionLookup;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One partition that a stream reads: where it stands, what it may send, and what it waits for. It
 * acts when the pump calls {@link #step}, one answer at a time, and asks for that whenever
 * something has changed. On the stream's thread but for {@link #wake}.
 */
final class FetchSlot implements StreamSlot {
    private final FetchServices services;
    private final FetchStream stream;
    private final int number;
    private final FetchOpen open;
    private final SlotRequest request;
    private final Credit credit;
    private final SlotReads reads;
    private final AtomicBoolean woken = new AtomicBoolean();

    private PartitionLeader leader; // null until it is found
    private Subscription subscription = () -> {};
    private boolean searching; // for where to begin
    private boolean started;
    private boolean ended;
    private long nextOffset;
    private int announcedPartitions;

    private boolean reading; // elsewhere
    private boolean calledMeanwhile; // what is being read may be out of date
    private boolean progressDue;
    private long lastSentNanos;

    /**
     * A slot that has yet to look for its partition.
     *
     * @throws InvalidRequestException if there is something wrong with what the reader asks
     */
    FetchSlot(FetchServices services, FetchStream stream, int number, FetchOpen open)
            throws InvalidRequestException {
        this.services = services;
        this.stream = stream;
        this.number = number;
        this.open = open;
        this.request = SlotRequest.of(open, services.limits());
        this.credit = Credit.opened(open.getDemand(), services.limits().maxCreditBytes());
        this.reads = new SlotReads(services, stream, request, credit);
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    /** Looks for the partition's leader. */
    void open() {
        var unused =
                services.environment()
                        .partitions()
                        .find(request.query())
                        .thenAccept(lookup -> stream.later(() -> found(lookup)));
    }

    private void found(PartitionLookup lookup) {
        if (ended) {
            return;
        }
        LedHere led = LedHere.of(lookup, request.mayForward());
        if (led instanceof LedHere.No no) {
            end(no.status());
            return;
        }
        if (led instanceof LedHere.Forwarded forwarded) {
            ended = true; // here
            stream.forward(number, open, credit.asDemand(), forwarded.leader());
            return;
        }
        leader = ((LedHere.Yes) led).leader();
        subscription = leader.subscribe(this::wake); // before anything is read of it
        stream.ready(this);
    }

    /** Something of the partition has changed. From any thread; many calls make one step. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            stream.later(
                    () -> {
                        woken.set(false);
                        stream.ready(this);
                    });
        }
    }

    @Override
    public void grant(Demand demand) throws InvalidRequestException {
        credit.grant("demand", demand);
        stream.ready(this);
    }

    @Override
    public void tick(long nowNanos, long quietNanos) {
        if (started && !ended && nowNanos - lastSentNanos >= quietNanos) {
            progressDue = true;
            stream.ready(this);
        }
    }

    @Override
    public boolean step() {
        if (ended || leader == null) {
            return false;
        }
        Optional<LogFailure> over = leader.ended();
        if (over.isPresent()) {
            return fail(over.get());
        }
        if (!started) {
            return start();
        }
        if (announcedPartitions != leader.partitionCount()) {
            announce();
            return true;
        }
        if (isDone()) {
            end(Failures.OK);
            return false;
        }
        if (nextOffset < leader.logStartOffset()) {
            return fail(Failures.outOfRange(leader, nextOffset));
        }
        if (reading) {
            calledMeanwhile = true;
        } else if (credit.isPositive() && reads.hasCommitted(leader, nextOffset)) {
            return read();
        }
        sendProgressIfDue();
        return false;
    }

    /** At its end, or out of credit that will not be granted any more. */
    private boolean isDone() {
        return nextOffset >= request.endOffset() || (stream.halfClosed() && !credit.isPositive());
    }

    // Where to begin

    private boolean start() {
        if (searching) {
            return false;
        }
        if (!request.start().readsDisk()) {
            return startAt(Start.find(leader, request.start()));
        }
        searching = true;
        services.environment()
                .readers()
                .execute(
                        () -> {
                            Start found = Start.find(leader, request.start());
                            stream.later(() -> searched(found));
                        });
        return false;
    }

    private void searched(Start found) {
        searching = false;
        if (!ended && startAt(found)) {
            stream.ready(this);
        }
    }

    private boolean startAt(Start found) {
        if (found instanceof Start.NotYet) {
            return false;
        }
        if (found instanceof Start.Refused refused) {
            return fail(refused.failure());
        }
        nextOffset = ((Start.At) found).offset();
        started = true;
        return true; // the first announcement is due
    }

    private void announce() {
        announcedPartitions = leader.partitionCount();
        send(state().setOpened(Announcement.of(services, leader, nextOffset)));
    }

    // Reading

    private boolean read() {
        boolean here = reads.isInMemory();
        if (!here && !stream.pump().takeDiskTurn(this)) {
            return false;
        }
        Optional<ByteBudget.Charge> room = stream.share().reserve(reads.wantedBytes());
        if (room.isEmpty()) {
            stream.pump().awaitRoom(this, !here);
            return false;
        }
        ByteBudget.Charge charge = room.get();
        ReadPlan plan = reads.plan(leader, nextOffset, charge.bytes());
        if (here) {
            return take(reads.read(plan, charge), charge);
        }
        reading = true;
        calledMeanwhile = false;
        stream.pump().readElsewhere(this, () -> reads.read(plan, charge), charge);
        return false;
    }

    /**
     * What was read elsewhere has arrived, and can be sent. If it was too little, there may be more
     * by now, of which nobody will tell again.
     */
    boolean land(ReadOutcome outcome, ByteBudget.Charge charge) {
        reading = false;
        if (ended) {
            outcome.discard();
            charge.release();
            return false;
        }
        return take(outcome, charge) || calledMeanwhile;
    }

    private boolean take(ReadOutcome outcome, ByteBudget.Charge charge) {
        if (outcome instanceof ReadOutcome.Content content) {
            send(content, charge);
            return true;
        }
        charge.release();
        if (outcome instanceof ReadOutcome.Failed failed) {
            return fail(failed.failure());
        }
        if (outcome instanceof ReadOutcome.Gap gap) {
            nextOffset = gap.nextOffset();
            return true;
        }
        if (outcome instanceof ReadOutcome.TooLittle) {
            reads.holdBack(() -> stream.ready(this));
        }
        sendProgressIfDue();
        return false;
    }

    // Sending

    private void send(ReadOutcome.Content content, ByteBudget.Charge charge) {
        reads.cancelHolding();
        nextOffset = content.nextOffset();
        credit.spend(content.costBytes(), content.costRecords());
        FetchResponse message =
                state(content.message())
                        .setCostBytes(content.costBytes())
                        .setCostRecords(content.costRecords())
                        .build();
        charge.resize(
                content.entries()
                        .map(io.netty.buffer.ByteBuf::capacity)
                        .orElseGet(message::getSerializedSize));
        send(
                content.entries()
                        .map(entries -> FetchAnswer.of(message, entries, charge))
                        .orElseGet(() -> FetchAnswer.of(message, charge)));
        services.observer().served(content.costBytes(), content.costRecords());
    }

    private void sendProgressIfDue() {
        if (progressDue) {
            send(state());
        }
    }

    private void send(FetchResponse.Builder message) {
        send(FetchAnswer.of(message.build()));
    }

    private void send(FetchAnswer answer) {
        progressDue = false;
        lastSentNanos = nanoTime();
        stream.pump().send(answer);
    }

    private FetchResponse.Builder state() {
        return state(FetchResponse.newBuilder());
    }

    private FetchResponse.Builder state(FetchResponse.Builder message) {
        return message.setSlot(number)
                .setHighWatermark(Places.committedEnd(leader))
                .setLogStartOffset(leader.logStartOffset())
                .setNext(Places.before(leader, nextOffset));
    }

    // The end

    private boolean fail(LogFailure failure) {
        end(Failures.status(failure));
        return false;
    }

    @Override
    public void close() {
        end(Failures.OK);
    }

    @Override
    public void end(Status why) {
        if (!ended) {
            release();
            FetchResponse.Builder last =
                    started ? state() : FetchResponse.newBuilder().setSlot(number);
            stream.slotEnded(this, last.setClosed(why).build());
        }
    }

    @Override
    public void release() {
        ended = true;
        subscription.close();
        reads.cancelHolding();
    }

    private long nanoTime() {
        return services.environment().clock().nanoTime();
    }
}
