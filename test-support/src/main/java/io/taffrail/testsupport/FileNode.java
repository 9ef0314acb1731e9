// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A file without its name: the bytes that reads see, the bytes that are durable, and the changes
 * between, in order. Changes that a failed force dropped are in the cached bytes alone.
 */
final class FileNode implements Node {
    private final SparseBytes cached = new SparseBytes();
    private final SparseBytes durable = new SparseBytes();
    private final Deque<Change> unforced = new ArrayDeque<>();
    private boolean droppedChanges;
    private boolean linked = true;
    private int handles;

    long size() {
        return cached.size();
    }

    int read(long position, ByteBuffer target) {
        return cached.read(position, target);
    }

    void write(long number, long position, byte[] bytes) {
        if (bytes.length > 0) {
            change(new Change.Write(number, position, bytes));
        }
    }

    void truncate(long number, long size) {
        if (size < cached.size()) {
            change(new Change.Truncate(number, size));
        }
    }

    private void change(Change change) {
        change.applyTo(cached);
        unforced.add(change);
    }

    /** The changes of operations up to {@code number} that are not durable. */
    int unforcedUpTo(long number) {
        return (int) unforced.stream().takeWhile(change -> change.number() <= number).count();
    }

    /** Makes the first {@code count} changes durable. */
    void force(int count) {
        for (int i = 0; i < count; i++) {
            unforced.remove().applyTo(durable);
        }
    }

    /** Takes the first {@code count} changes for done, as Linux does when a force has failed. */
    void dropFromWriteback(int count) {
        for (int i = 0; i < count; i++) {
            unforced.remove();
            droppedChanges = true;
        }
    }

    List<Change> unforced() {
        return List.copyOf(unforced);
    }

    /** Leaves on disk what survived, and nothing else in memory. */
    void restart(Survivors survivors) {
        if (unforced.isEmpty() && !droppedChanges) {
            return;
        }
        survivors.addTo(durable, unforced(), cached.size());
        cached.replaceWith(durable);
        unforced.clear();
        droppedChanges = false;
    }

    boolean isDurable() {
        return unforced.isEmpty()
                && cached.size() == durable.size()
                && durableBytes() == cached.size();
    }

    /** How many bytes from the start every power cut leaves as they are. */
    long durableBytes() {
        long untouched = unforced.stream().mapToLong(Change::position).min().orElse(Long.MAX_VALUE);
        return cached.commonPrefix(durable, untouched);
    }

    byte[] contents() {
        return cached.toArray();
    }

    byte[] durableContents() {
        return durable.toArray();
    }

    void flipBit(long position, int bit) {
        cached.flipBit(position, bit);
        durable.flipBit(position, bit);
        for (Change change : unforced) {
            if (change instanceof Change.Write write) {
                write.flipBit(position, bit);
            }
        }
    }

    void damageByCutting(long size) {
        cached.truncate(size);
        durable.truncate(size);
        List<Change> changes = unforced();
        unforced.clear();
        for (Change change : changes) {
            unforced.add(change instanceof Change.Write write ? write.cutTo(size) : change);
        }
    }

    /** Whether a name leads to it. */
    void linked(boolean linked) {
        this.linked = linked;
    }

    void opened() {
        handles++;
    }

    void closed() {
        handles--;
    }

    void allClosed() {
        handles = 0;
    }

    /** Whether it takes room on the disk. */
    boolean isInUse() {
        return linked || handles > 0;
    }
}
