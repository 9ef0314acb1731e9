// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The slots of a stream by their numbers, and the numbers that were closed lately: a client sends
 * on to a slot until it hears that it was closed, and that is to be passed over. Belongs to the
 * stream's turn.
 */
final class ProduceSlots {
    private final int maxSlots;
    private final Map<Integer, StreamSlot> slots = new LinkedHashMap<>();
    private final Set<Integer> closed = new LinkedHashSet<>(); // the oldest first
    private Optional<Boolean> single = Optional.empty();

    ProduceSlots(int maxSlots) {
        this.maxSlots = maxSlots;
    }

    /**
     * Notes that the client uses this number; false if slot 0 and others would share the stream.
     */
    boolean mayUse(int number) {
        boolean zero = number == 0;
        if (single.isEmpty()) {
            single = Optional.of(zero);
        }
        return single.get() == zero;
    }

    boolean areFull() {
        return slots.size() >= maxSlots;
    }

    Optional<StreamSlot> get(int number) {
        return Optional.ofNullable(slots.get(number));
    }

    boolean wasClosed(int number) {
        return closed.contains(number);
    }

    void add(StreamSlot slot) {
        closed.remove(slot.number());
        slots.put(slot.number(), slot);
    }

    /** Puts the slot in the place of the open one with the same number. */
    void replace(StreamSlot slot) {
        slots.replace(slot.number(), slot);
    }

    /** The number is free again. As many closed ones are remembered as there may be open ones. */
    void close(int number) {
        slots.remove(number);
        closed.add(number);
        if (closed.size() > maxSlots) {
            Iterator<Integer> oldest = closed.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void forEach(Consumer<StreamSlot> action) {
        slots.values().forEach(action);
    }

    int size() {
        return slots.size();
    }

    /** Takes out the first slot if it is idle. */
    Optional<StreamSlot> removeIdle() {
        Iterator<StreamSlot> each = slots.values().iterator();
        if (each.hasNext()) {
            StreamSlot first = each.next();
            if (first.isIdle()) {
                each.remove();
                return Optional.of(first);
            }
        }
        return Optional.empty();
    }

    void clear() {
        slots.clear();
    }
}
