// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.controller.quorum.PeerName;
import java.util.List;

/**
 * The newest configuration in a member's log.
 *
 * @param index of its entry; a later one has a higher index
 * @param members of the group, before and after a change that is under way; empty: none is known
 */
public record GroupConfiguration(long index, List<PeerName> members) {
    /** Where there is no group yet. */
    public static final GroupConfiguration NONE = new GroupConfiguration(-1, List.of());

    public GroupConfiguration {
        members = List.copyOf(members);
    }

    /**
     * Whether the group went on without somebody, where {@code before} was on its way to that. Raft
     * appends what follows a change only once the change is committed (Raft, section 6): so this
     * holds as soon as one member says it.
     */
    boolean provesRemoval(PeerName name, GroupConfiguration before) {
        return index > before.index && !members.isEmpty() && !members.contains(name);
    }
}
