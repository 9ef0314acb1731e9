// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What came for a call and was not asked for yet. The end is handed on after all messages; what was
 * taken is reported back to the sender, whose window opens by that.
 */
final class Inbox {
    private final Queue<byte[]> messages = new ArrayDeque<>();
    private final Consumer<byte[]> deliver;
    private final IntConsumer taken;
    private Runnable end;
    private int requested;
    private boolean delivering;
    private boolean closed;

    Inbox(Consumer<byte[]> deliver, IntConsumer taken) {
        this.deliver = deliver;
        this.taken = taken;
    }

    void add(byte[] message) {
        messages.add(message);
        pump();
    }

    void end(Runnable action) {
        end = action;
        pump();
    }

    void request(int count) {
        requested += count;
        pump();
    }

    /** Nothing is handed on any more. */
    void close() {
        closed = true;
        messages.clear();
    }

    private void pump() {
        if (delivering) {
            return; // whoever asks for more from within is served by the loop below
        }
        delivering = true;
        try {
            while (!closed && requested > 0 && !messages.isEmpty()) {
                requested--;
                byte[] message = messages.remove();
                taken.accept(message.length);
                deliver.accept(message);
            }
            if (!closed && messages.isEmpty() && end != null) {
                Runnable action = end;
                end = null;
                action.run();
            }
        } finally {
            delivering = false;
        }
    }
}
