// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.raft;

import io.taffrail.testsupport.SimulatedScheduler;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a member knows of the others while it leads. */
final class SimRaftLead {
    private static final long CONTACT_LASTS = Duration.ofMillis(900).toNanos();

    private final SimRaft group;
    private final int nodeId;
    private final SimRaftDisk disk;
    private final SimulatedScheduler scheduler;
    private final Map<Integer, Long> nextIndex = new TreeMap<>();
    private final Map<Integer, Long> matchIndex = new TreeMap<>();
    private final Map<Integer, Long> heardNanos = new TreeMap<>();

    SimRaftLead(SimRaft group, int nodeId, SimRaftDisk disk, SimulatedScheduler scheduler) {
        this.group = group;
        this.nodeId = nodeId;
        this.disk = disk;
        this.scheduler = scheduler;
    }

    void begin() {
        for (int voter : group.voters()) {
            nextIndex.put(voter, disk.lastIndex() + 1);
            matchIndex.put(voter, 0L);
            heardNanos.put(voter, scheduler.nanoTime());
        }
    }

    long matchIndex(int voter) {
        return matchIndex.getOrDefault(voter, 0L);
    }

    long sinceMs(int voter) {
        long heard = heardNanos.getOrDefault(voter, scheduler.nanoTime());
        return TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime() - heard);
    }

    /** Whether a majority answered a moment ago. */
    boolean hasMajority() {
        int inContact = 0;
        for (int voter : group.voters()) {
            if (voter == nodeId || scheduler.nanoTime() - heardNanos.get(voter) < CONTACT_LASTS) {
                inContact++;
            }
        }
        return group.isMajority(inContact);
    }

    void sendAll(long commitIndex) {
        for (int voter : group.voters()) {
            if (voter != nodeId) {
                group.send(nodeId, voter, nextFor(voter, commitIndex));
            }
        }
    }

    private SimRaftMessage nextFor(int voter, long commitIndex) {
        long next = nextIndex.get(voter);
        if (next <= disk.snapshotIndex()) {
            return new SimRaftMessage.Install(disk.term(), disk.snapshot());
        }
        return new SimRaftMessage.Append(
                disk.term(), next - 1, disk.termAt(next - 1), disk.entriesFrom(next), commitIndex);
    }

    void answered(int voter, SimRaftMessage.AppendAnswer answer) {
        heardNanos.put(voter, scheduler.nanoTime());
        if (answer.matches()) {
            matchIndex.merge(voter, answer.matchIndex(), Math::max);
            nextIndex.put(voter, matchIndex.get(voter) + 1);
        } else {
            long next = Math.max(matchIndex.get(voter), answer.matchIndex()) + 1;
            nextIndex.put(voter, Math.min(next, disk.lastIndex() + 1));
        }
    }

    /** The highest entry of this term that a majority has. */
    long committable(long commitIndex) {
        for (long index = disk.lastIndex(); index > commitIndex; index--) {
            if (disk.termAt(index) != disk.term()) {
                return commitIndex;
            }
            int holders = 1;
            for (int voter : group.voters()) {
                if (voter != nodeId && matchIndex.get(voter) >= index) {
                    holders++;
                }
            }
            if (group.isMajority(holders)) {
                return index;
            }
        }
        return commitIndex;
    }
}
