// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.grpc.ServerCall;
import io.taffrail.api.LogFailure;
import io.taffrail.api.v1.ProduceRequest;
import io.taffrail.api.v1.ProduceResponse;
import io.taffrail.broker.Subscription;
import io.taffrail.broker.connection.StreamLifetime;
import io.taffrail.broker.replication.PartitionLookup.Elsewhere;
import io.taffrail.model.LogError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Produce call: gives each message to its slot, and decides when the stream ends. It ends with
 * the error of slot 0, with a rule of the stream that was broken, once its lifetime is over, or
 * with OK after the client's half-close; in the last two cases when all that was accepted has been
 * answered.
 */
final class ProduceStream extends ServerCall.Listener<Inbound<ProduceRequest>>
        implements StreamSlot.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ProduceStream.class);

    private final ProduceServices services;
    private final Turn turn;
    private final ProduceAnswers answers;
    private final InboundFlow flow;
    private final StreamParts parts;
    private final ProduceSlots slots;
    private final List<Runnable> releases = new ArrayList<>(); // at the stream's end
    private Optional<LogFailure> over = Optional.empty();
    private boolean halfClosed;
    private boolean ended;

    private ProduceStream(
            ServerCall<Inbound<ProduceRequest>, ProduceResponse> call, ProduceServices services) {
        this.services = services;
        this.turn = new Turn(services.worker(), this::atRest, this::onBug);
        this.answers = new ProduceAnswers(call);
        this.flow = new InboundFlow(call, services.limits().maxWaitingBytes());
        this.slots = new ProduceSlots(services.limits().maxSlots());
        OpenedTranslator openedTranslator =
                new OpenedTranslator(services.brokerId(), services.cluster(), services.limits());
        this.parts =
                new StreamParts(
                        services,
                        openedTranslator,
                        turn,
                        answers,
                        flow,
                        services.forwarding().produceLinks(turn::run));
    }

    /** Begins to serve a call. */
    static ProduceStream start(
            ServerCall<Inbound<ProduceRequest>, ProduceResponse> call, ProduceServices services) {
        ProduceStream stream = new ProduceStream(call, services);
        StreamLifetime lifetime = StreamLifetime.of(call);
        stream.turn.run(() -> stream.begin(lifetime));
        return stream;
    }

    private void begin(StreamLifetime lifetime) {
        Subscription subscription = lifetime.whenOver(why -> turn.run(() -> onOver(why)));
        releases.add(subscription::close);
        long tickMs = Math.max(1, services.limits().idleInterval().toMillis() / 4);
        ScheduledFuture<?> ticks =
                services.timer()
                        .scheduleWithFixedDelay(
                                () -> turn.run(this::onTick),
                                tickMs,
                                tickMs,
                                TimeUnit.MILLISECONDS);
        releases.add(() -> ticks.cancel(false));
    }

    // What comes from outside, each as a task of the turn

    @Override
    public void onMessage(Inbound<ProduceRequest> inbound) {
        long nowNanos = services.clock().nanoTime();
        turn.run(() -> onInbound(inbound, nowNanos));
    }

    @Override
    public void onHalfClose() {
        turn.run(() -> halfClosed = true);
    }

    @Override
    public void onReady() {
        turn.run(() -> {}); // it comes to rest, and asks for more
    }

    @Override
    public void onCancel() {
        turn.run(
                () -> {
                    answers.abandon();
                    release();
                });
    }

    private void onTick() {
        long silenceNanos = services.limits().idleInterval().toNanos() / 2;
        slots.forEach(slot -> slot.breakSilence(silenceNanos));
    }

    /** What was accepted is answered; what still waits is not appended. */
    private void onOver(LogFailure why) {
        over = Optional.of(why);
        flow.stop();
        slots.forEach(StreamSlot::stop);
    }

    private void onBug(RuntimeException bug) {
        LOG.error("a Produce stream failed", bug);
        end(new Rejection.Bug());
    }

    private void atRest() {
        if (ended) {
            return;
        }
        if (halfClosed || over.isPresent()) {
            endIfDone();
        }
        answers.flush();
        flow.askIfThereIsRoom();
    }

    private void endIfDone() {
        for (Optional<StreamSlot> idle = slots.removeIdle();
                idle.isPresent();
                idle = slots.removeIdle()) {
            idle.get().abandon();
            services.observer().slotClosed();
        }
        if (slots.size() > 0) {
            return;
        }
        if (over.isPresent()) {
            end(new Rejection.Failed(over.get()));
        } else {
            release();
            answers.end();
        }
    }

    // Messages

    private void onInbound(Inbound<ProduceRequest> inbound, long receivedNanos) {
        if (inbound instanceof Inbound.Malformed<ProduceRequest> malformed) {
            end(malformed.rejection());
            return;
        }
        Inbound.Message<ProduceRequest> message = (Inbound.Message<ProduceRequest>) inbound;
        flow.received(message.bytes());
        if (ended || over.isPresent()) {
            flow.released(message.bytes());
        } else if (slots.mayUse(message.value().getSlot())) {
            onRequest(new SlotRequest(message.value(), message.raw(), receivedNanos));
        } else {
            end(new Rejection.Invalid("slot", "slot 0 and others do not share a stream"));
        }
    }

    private void onRequest(SlotRequest request) {
        Optional<StreamSlot> slot = slots.get(request.slot());
        Optional<Rejection> broken = request.brokenRule(slot.isPresent());
        if (slot.isPresent()) {
            onRequestOf(slot.get(), request, broken);
        } else if (!request.opens() && slots.wasClosed(request.slot())) {
            flow.released(request.bytes()); // sent before the client heard that it was closed
        } else {
            onFirstRequest(request, broken);
        }
    }

    private void onRequestOf(StreamSlot slot, SlotRequest request, Optional<Rejection> broken) {
        if (broken.isPresent()) {
            flow.released(request.bytes());
            slot.refuse(broken.get());
        } else if (request.hasRecords()) {
            services.observer().received(request.bytes());
            slot.take(request);
        } else {
            flow.released(request.bytes());
        }
    }

    private void onFirstRequest(SlotRequest request, Optional<Rejection> broken) {
        Optional<Rejection> rejection =
                broken.or(() -> slots.areFull() ? Optional.of(tooManySlots()) : Optional.empty());
        SlotTerms terms = null;
        if (rejection.isEmpty()) {
            try {
                terms = SlotTerms.of(request.message().getOpen());
            } catch (RejectedRequestException e) {
                rejection = Optional.of(e.rejection());
            }
        }
        if (rejection.isPresent()) {
            flow.released(request.bytes());
            onSlotEnd(request.slot(), rejection.get());
            return;
        }
        ProduceSlot slot = new ProduceSlot(request.slot(), terms, parts, this);
        slots.add(slot);
        services.observer().slotOpened();
        slot.open();
        onRequestOf(slot, request, Optional.empty());
    }

    private Rejection tooManySlots() {
        return new Rejection.Failed(
                LogFailure.of(
                        LogError.OVERLOADED,
                        "a stream has at most " + services.limits().maxSlots() + " slots"));
    }

    // Ends

    @Override
    public void onClosed(StreamSlot slot, Rejection why) {
        services.observer().slotClosed();
        onSlotEnd(slot.number(), why);
    }

    @Override
    public void onLedElsewhere(ProduceSlot slot, SlotTerms terms, Elsewhere leader) {
        ForwardedSlot there = new ForwardedSlot(slot.number(), terms, leader, parts, this);
        slots.replace(there);
        slot.handOverTo(there);
    }

    private void onSlotEnd(int number, Rejection why) {
        slots.close(number);
        if (number == 0) {
            end(why);
        } else {
            services.observer().failed(why.reason());
            answers.closed(number, why.toStatus());
        }
    }

    private void end(Rejection why) {
        if (!ended) {
            services.observer().failed(why.reason());
            release();
            answers.end(why);
        }
    }

    /** Leaves nothing behind; may be called twice. */
    private void release() {
        ended = true;
        flow.stop();
        slots.forEach(
                slot -> {
                    slot.abandon();
                    services.observer().slotClosed();
                });
        slots.clear();
        parts.links().cancel();
        releases.forEach(Runnable::run);
        releases.clear();
    }
}
