// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import com.google.rpc.Status;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.Opened;
import io.taffrail.api.v1.ProduceAck;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.forward.ProduceLink;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A slot whose partition another broker leads: its requests go there as they came, and the answers
 * back. It belongs to that leader in that epoch. Once that is over so is the slot, and what is
 * unanswered stays so: the client knows what it may send again, this broker does not (P14).
 */
final class ForwardedSlot implements StreamSlot, ProduceLink.SlotListener {
    private final int number;
    private final StreamParts stream;
    private final StreamSlot.Owner owner;
    private final ProduceLink link;
    private final Deque<SlotRequest.Origin> unanswered = new ArrayDeque<>();
    private final int numberThere;
    private final Subscription leadership;
    private Optional<Rejection> ending = Optional.empty();
    private boolean closed;

    /** Opens the slot at its leader. */
    ForwardedSlot(
            int number,
            SlotTerms terms,
            Elsewhere leader,
            StreamParts stream,
            StreamSlot.Owner owner) {
        this.number = number;
        this.stream = stream;
        this.owner = owner;
        this.link = stream.links().to(leader);
        this.numberThere = link.open(terms.open(), leader, this);
        this.leadership =
                stream.services()
                        .forwarding()
                        .whenOver(leader, why -> stream.turn().run(() -> onLeadershipOver(why)));
    }

    private void onLeadershipOver(LogFailure why) {
        fail(new Rejection.Failed(why));
    }

    @Override
    public int number() {
        return number;
    }

    // Requests

    @Override
    public void take(SlotRequest request) {
        if (closed || ending.isPresent()) {
            stream.flow().released(request.bytes());
        } else if (unanswered.size() >= stream.services().limits().maxInFlight()) {
            stream.flow().released(request.bytes());
            refuse(StreamSlot.tooManyInFlight(stream.services().limits()));
        } else {
            unanswered.add(request.origin());
            link.send(
                    numberThere,
                    request.withoutOpen(),
                    () -> stream.flow().released(request.bytes()));
        }
    }

    @Override
    public void refuse(Rejection why) {
        if (!closed && ending.isEmpty()) {
            ending = Optional.of(why);
            closeIfSettled();
        }
    }

    // Answers

    @Override
    public void opened(Opened opened) {
        stream.answers().opened(number, opened);
    }

    @Override
    public void acknowledged(ProduceAck ack) {
        SlotRequest.Origin origin = unanswered.poll();
        if (origin == null) {
            return; // more answers than requests: nobody waits for it
        }
        stream.answers().ack(ack.toBuilder().setSlot(number).build());
        stream.services()
                .observer()
                .acknowledged(
                        origin.records(),
                        stream.services().clock().nanoTime() - origin.receivedNanos());
        closeIfSettled();
    }

    @Override
    public void idle() {
        stream.answers().idle(number);
    }

    @Override
    public void closed(Status why) {
        fail(new Rejection.Passed(why));
    }

    private void closeIfSettled() {
        if (ending.isPresent() && unanswered.isEmpty()) {
            fail(ending.get());
        }
    }

    private void fail(Rejection why) {
        if (!closed) {
            abandon();
            owner.onClosed(this, why);
        }
    }

    // The stream's matters

    @Override
    public boolean isIdle() {
        return unanswered.isEmpty();
    }

    @Override
    public void stop() {
        int withdrawn = link.withdraw(numberThere);
        for (int i = 0; i < withdrawn; i++) {
            unanswered.removeLast();
        }
    }

    @Override
    public void abandon() {
        closed = true;
        leadership.close();
        unanswered.clear();
        link.forget(numberThere);
    }

    /** Whether its leader is still there only that one can say. */
    @Override
    public void breakSilence(long silenceNanos) {}
}
