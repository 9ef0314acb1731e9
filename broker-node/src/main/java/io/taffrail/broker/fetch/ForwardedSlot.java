// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch;

import com.google.rpc.Status;
import io.netty.buffer.ByteBuf;
import io.taffrail.api.v1.Demand;
import io.taffrail.api.v1.FetchOpen;
import io.taffrail.api.v1.FetchResponse;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.fetch.serve.ByteBudget;
import io.taffrail.broker.fetch.serve.FetchAnswer;
import io.taffrail.broker.forward.FetchLink;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.Optional;

/**
 * A slot whose partition another broker leads: the reader's credit goes there, and answers come
 * back as they are, one at a time. It belongs to that leader in that epoch, and ends with it. On
 * the stream's thread.
 */
final class ForwardedSlot implements StreamSlot, FetchLink.SlotListener {
    private record Arrived(FetchResponse header, ByteBuf content) {}

    private final FetchServices services;
    private final FetchStream stream;
    private final int number;
    private final FetchLink link;
    private final int numberThere;
    private final Subscription leadership;
    private Arrived arrived; // null: none
    private boolean ended;

    /**
     * Opens the slot at its leader.
     *
     * @param granted what the reader gave so far
     */
    ForwardedSlot(
            FetchServices services,
            FetchStream stream,
            int number,
            FetchOpen open,
            Demand granted,
            Elsewhere leader) {
        this.services = services;
        this.stream = stream;
        this.number = number;
        this.link = stream.links().to(leader);
        this.numberThere = link.open(open, granted, leader, this);
        this.leadership =
                services.environment()
                        .forwarding()
                        .whenOver(leader, why -> stream.later(() -> end(Failures.status(why))));
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    // What the reader says

    @Override
    public void grant(Demand demand) {
        link.grant(numberThere, demand);
    }

    @Override
    public void close() {
        link.close(numberThere);
    }

    // What the leader says

    @Override
    public void answered(FetchResponse header, ByteBuf content) {
        arrived = new Arrived(header, content);
        stream.ready(this);
    }

    @Override
    public void closed(FetchResponse last) {
        if (!ended) {
            release();
            stream.slotEnded(this, last.toBuilder().setSlot(number).build());
        }
    }

    /** Passes the answer on that has arrived, if there is room for it. */
    @Override
    public boolean step() {
        if (ended || arrived == null) {
            return false;
        }
        int contentBytes = arrived.content().readableBytes();
        Optional<ByteBudget.Charge> room =
                contentBytes == 0 ? Optional.empty() : stream.share().reserve(contentBytes);
        if (contentBytes > 0 && room.isEmpty()) {
            stream.pump().awaitRoom(this, false);
            return false;
        }
        FetchResponse header = arrived.header().toBuilder().setSlot(number).build();
        stream.pump()
                .send(
                        room.map(charge -> answer(header, arrived.content(), charge))
                                .orElseGet(() -> FetchAnswer.of(header)));
        services.observer().served(header.getCostBytes(), header.getCostRecords());
        dropArrived();
        return false;
    }

    /** What was reserved may be less than what is there already. */
    private FetchAnswer answer(FetchResponse header, ByteBuf content, ByteBudget.Charge charge) {
        charge.resize(content.readableBytes());
        ByteBuf sendable =
                services.injecting()
                        .map(pool -> pool.directBuffer(content.readableBytes()).writeBytes(content))
                        .orElse(content);
        return FetchAnswer.of(header, sendable, charge);
    }

    private void dropArrived() {
        if (arrived != null) {
            arrived = null;
            link.next();
        }
    }

    /** Whether its leader is still there only that one can say. */
    @Override
    public void tick(long nowNanos, long quietNanos) {}

    @Override
    public void end(Status why) {
        if (!ended) {
            closed(FetchResponse.newBuilder().setClosed(why).build());
        }
    }

    @Override
    public void release() {
        ended = true;
        leadership.close();
        dropArrived();
        link.forget(numberThere);
    }
}
