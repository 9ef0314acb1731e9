// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says once that a follower is out of contact, and once that it is back; Ratis would say so at each
 * attempt to reach it, and is kept from it by the logging configuration. For one thread.
 */
public final class ContactWatch {
    private static final long LOST_MS = Duration.ofSeconds(3).toMillis();

    private final Set<PeerName> lost = new HashSet<>();

    /**
     * Looks at the members, as their leader sees them.
     *
     * @return what there is to say, for people
     */
    public List<String> look(List<QuorumMember> members) {
        lost.retainAll(members.stream().map(QuorumMember::name).toList());
        List<String> news = new ArrayList<>();
        for (QuorumMember member : members) {
            boolean silent = member.sinceContactMs().orElse(0) >= LOST_MS;
            if (silent && lost.add(member.name())) {
                news.add(
                        "controller %s, at %s, is out of contact: nothing was heard of it for %d ms"
                                .formatted(
                                        member.name(),
                                        member.raftAddress(),
                                        member.sinceContactMs().getAsLong()));
            } else if (!silent && lost.remove(member.name())) {
                news.add("controller %s is back in contact".formatted(member.name()));
            }
        }
        return news;
    }

    /** Begins anew: this member leads no longer. */
    public void reset() {
        lost.clear();
    }
}
