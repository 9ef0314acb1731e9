// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.testsupport.NameChange.Entry;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A directory without its name: the entries that everybody sees, the entries that are durable, and
 * the changes between, in order.
 *
 * <p>A move between two directories is one change of both, as in the journal of a file system: it
 * becomes durable with either of them, and takes along what came before it in the other.
 */
final class DirectoryNode implements Node {
    private final SortedMap<String, Node> cached = new TreeMap<>();
    private final SortedMap<String, Node> durable = new TreeMap<>();
    private final Deque<NameChange> unsynced = new ArrayDeque<>();

    /** Null if there is no such entry. */
    Node get(String name) {
        return cached.get(name);
    }

    /** Null if there is no such entry on disk. */
    Node getDurable(String name) {
        return durable.get(name);
    }

    boolean isEmpty() {
        return cached.isEmpty();
    }

    List<String> names() {
        return List.copyOf(cached.keySet());
    }

    Collection<Node> children() {
        return cached.values();
    }

    static void change(NameChange change) {
        change.removed().ifPresent(entry -> entry.directory().cached.remove(entry.name()));
        change.added()
                .ifPresent(entry -> entry.directory().cached.put(entry.name(), change.node()));
        for (DirectoryNode directory : change.directories()) {
            directory.unsynced.add(change);
        }
    }

    int unsynced() {
        return unsynced.size();
    }

    /** The number of the operation that made the last of the first {@code count} changes, or 0. */
    long numberOfUnsynced(int count) {
        return unsynced.stream().limit(count).mapToLong(NameChange::number).max().orElse(0);
    }

    /** Makes durable what operations up to {@code number} changed. */
    void sync(long number) {
        while (!unsynced.isEmpty() && unsynced.element().number() <= number) {
            NameChange next = unsynced.element();
            for (DirectoryNode directory : next.directories()) {
                directory.sync(next.number() - 1);
            }
            makeDurable(next);
            discard(next);
        }
    }

    private static void makeDurable(NameChange change) {
        change.removed().ifPresent(entry -> removeDurable(entry, change.node()));
        change.added()
                .ifPresent(entry -> entry.directory().durable.put(entry.name(), change.node()));
    }

    /** By its name on disk too, which is another one if a sync that failed had dropped a rename. */
    private static void removeDurable(Entry entry, Node node) {
        SortedMap<String, Node> durable = entry.directory().durable;
        durable.remove(entry.name());
        durable.values().removeIf(child -> child == node);
    }

    private static void discard(NameChange change) {
        for (DirectoryNode directory : change.directories()) {
            directory.unsynced.remove(change);
        }
    }

    /** Takes all changes for done, as a sync that failed may. */
    void dropFromWriteback() {
        for (NameChange change : List.copyOf(unsynced)) {
            discard(change);
        }
    }

    /** Shows what is on disk, and nothing else. */
    void restart() {
        unsynced.clear();
        cached.clear();
        cached.putAll(durable);
    }

    /** Whether every power cut leaves the entry as it is. */
    boolean isDurable(String name) {
        return cached.get(name) == durable.get(name)
                && unsynced.stream().noneMatch(change -> change.concerns(this, name));
    }

    /** Removes an entry from memory and disk; what was to happen to the others has happened. */
    void damageByRemoving(String name) {
        sync(Long.MAX_VALUE);
        Node node = cached.remove(name);
        durable.remove(name);
        durable.values().removeIf(child -> child == node);
    }
}
