// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches for followers that are in contact and get nowhere: what sends to them may hang, which
 * another leader cures. For one thread; times in nanoseconds.
 */
public final class FollowerWatch {
    private static final long STUCK = Duration.ofSeconds(60).toNanos();
    private static final long REACHABLE_MS = Duration.ofSeconds(10).toMillis();

    private final Map<PeerName, Progress> progress = new HashMap<>();

    private record Progress(long matchIndex, long since) {}

    /**
     * Looks at the members, as their leader sees them.
     *
     * @return one that has stood still for a minute while it was behind
     */
    public Optional<PeerName> look(List<QuorumMember> members, long committed, long now) {
        progress.keySet().retainAll(members.stream().map(QuorumMember::name).toList());
        Optional<PeerName> stuck = Optional.empty();
        for (QuorumMember member : members) {
            if (isBehind(member, committed) && stoodStill(member, now)) {
                stuck = Optional.of(member.name());
            }
        }
        return stuck;
    }

    private boolean isBehind(QuorumMember member, long committed) {
        boolean behind =
                member.sinceContactMs().orElse(Long.MAX_VALUE) <= REACHABLE_MS
                        && member.matchIndex() < committed;
        if (!behind) {
            progress.remove(member.name());
        }
        return behind;
    }

    private boolean stoodStill(QuorumMember member, long now) {
        Progress before = progress.get(member.name());
        if (before == null || before.matchIndex() != member.matchIndex()) {
            progress.put(member.name(), new Progress(member.matchIndex(), now));
            return false;
        }
        return now - before.since() >= STUCK;
    }

    /** Begins anew: this member leads no longer, or another is being asked to. */
    public void reset() {
        progress.clear();
    }
}
