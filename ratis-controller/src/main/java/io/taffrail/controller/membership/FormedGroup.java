// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A group by name: its cluster's id, and who formed it.
 *
 * @param names sorted as text; empty where whoever says so was added later, or waits for it
 */
public record FormedGroup(UUID clusterId, List<PeerName> names) {
    public FormedGroup {
        names = sorted(names);
    }

    /** The group that these peers form: the same for each of them. */
    static FormedGroup of(Collection<PeerName> peers) {
        List<PeerName> names = sorted(peers);
        String text = names.stream().map(PeerName::toString).collect(Collectors.joining("\n"));
        return new FormedGroup(
                UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)), names);
    }

    private static List<PeerName> sorted(Collection<PeerName> names) {
        return names.stream().sorted(Comparator.comparing(PeerName::toString)).toList();
    }

    @Override
    public String toString() {
        return "cluster " + clusterId + " of " + names;
    }
}
