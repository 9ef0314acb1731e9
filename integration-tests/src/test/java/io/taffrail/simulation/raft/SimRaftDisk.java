// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.ControllerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a member keeps over restarts; everything is durable at once. Entries count from 1. */
public final class SimRaftDisk {
    /** Without a command: a leader's first entry, which changes nothing. */
    record Entry(long term, Optional<Command> command, long timeMs) {}

    private final List<Entry> entries = new ArrayList<>(); // those after the snapshot
    private long term;
    private OptionalInt votedFor = OptionalInt.empty();
    private ControllerState snapshot = ControllerState.EMPTY;

    long term() {
        return term;
    }

    OptionalInt votedFor() {
        return votedFor;
    }

    void term(long newTerm) {
        if (newTerm > term) {
            term = newTerm;
            votedFor = OptionalInt.empty();
        }
    }

    void voteFor(int candidate) {
        votedFor = OptionalInt.of(candidate);
    }

    ControllerState snapshot() {
        return snapshot;
    }

    long snapshotIndex() {
        return snapshot.image().version().index();
    }

    long lastIndex() {
        return snapshotIndex() + entries.size();
    }

    long lastTerm() {
        return termAt(lastIndex());
    }

    boolean has(long index) {
        return index >= snapshotIndex() && index <= lastIndex();
    }

    long termAt(long index) {
        return index == snapshotIndex() ? snapshot.image().version().term() : entry(index).term();
    }

    Entry entry(long index) {
        return entries.get((int) (index - snapshotIndex() - 1));
    }

    List<Entry> entriesFrom(long index) {
        return List.copyOf(entries.subList((int) (index - snapshotIndex() - 1), entries.size()));
    }

    void append(Entry entry) {
        entries.add(entry);
    }

    /** Drops the entry at {@code index} and all after it. */
    void cutFrom(long index) {
        entries.subList((int) (index - snapshotIndex() - 1), entries.size()).clear();
    }

    /** Keeps {@code state} in the place of the entries that led to it. */
    void snapshot(ControllerState state) {
        long index = state.image().version().index();
        if (has(index)) {
            entries.subList(0, (int) (index - snapshotIndex())).clear();
        } else {
            entries.clear();
        }
        snapshot = state;
    }
}
