// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import static io.taffrail.model.Invariants.check;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * What all answers together may hold in memory until their receivers take them. A receiver that
 * holds nothing always gets its {@linkplain #FLOOR_BYTES floor}: slow ones cannot starve the others
 * by holding everything. So what is held stays below the limit, a floor for each receiver, and what
 * single batches have above what was reserved for them. Safe for any thread.
 */
public final class ByteBudget {
    /** What a receiver that holds nothing gets, also if there is no room. */
    public static final int FLOOR_BYTES = 64 << 10;

    private final long limitBytes;
    private final LongConsumer whenChanged;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /**
     * A budget of which nothing is held.
     *
     * @param whenChanged is told by how many bytes the sum changed
     */
    public ByteBudget(long limitBytes, LongConsumer whenChanged) {
        this.limitBytes = limitBytes;
        this.whenChanged = whenChanged;
    }

    /** Bytes of all answers that are on their way. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /** What one receiver holds of it. */
    public Share share() {
        return new Share();
    }

    private void add(long bytes) {
        heldBytes.addAndGet(bytes);
        whenChanged.accept(bytes);
    }

    private void callWaiting() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    /** The part of one receiver. */
    public final class Share {
        private final AtomicLong heldHere = new AtomicLong();

        private Share() {}

        /** Bytes that this receiver holds. */
        public long heldBytes() {
            return heldHere.get();
        }

        /**
         * Reserves up to {@code wantedBytes} for an answer; empty if there is no room now, and then
         * this receiver holds something whose release {@linkplain #whenRoom is told}.
         */
        public Optional<Charge> reserve(int wantedBytes) {
            while (true) {
                long held = heldBytes.get();
                int floor = Math.min(wantedBytes, FLOOR_BYTES);
                long room = Math.min(wantedBytes, limitBytes - held);
                if (room < floor) {
                    if (heldHere.get() > 0) {
                        return Optional.empty();
                    }
                    room = floor;
                }
                if (heldBytes.compareAndSet(held, held + room)) {
                    whenChanged.accept(room);
                    heldHere.addAndGet(room);
                    return Optional.of(new Charge(this, (int) room));
                }
            }
        }

        /**
         * Calls {@code listener} once, when there may be room again, on any thread; it must not
         * block.
         */
        public void whenRoom(Runnable listener) {
            waiting.add(listener);
            if (heldHere.get() == 0 || limitBytes - heldBytes.get() >= FLOOR_BYTES) {
                callWaiting(); // released between the refusal and now
            }
        }
    }

    /** Bytes of one answer. Belongs to one thread at a time. */
    public final class Charge {
        private final Share share;
        private int bytes;
        private boolean released;

        private Charge(Share share, int bytes) {
            this.share = share;
            this.bytes = bytes;
        }

        /** How many were reserved, or are held. */
        public int bytes() {
            return bytes;
        }

        /** Says what the answer takes indeed: less than was reserved, or one batch more. */
        public void resize(int actualBytes) {
            check(!released, "a charge of %d bytes was released", bytes);
            int difference = actualBytes - bytes;
            bytes = actualBytes;
            change(difference);
        }

        /** The bytes are gone. The first call counts. */
        public void release() {
            if (!released) {
                released = true;
                change(-bytes);
            }
        }

        private void change(int difference) {
            share.heldHere.addAndGet(difference);
            add(difference);
            if (difference < 0) {
                callWaiting();
            }
        }
    }
}
