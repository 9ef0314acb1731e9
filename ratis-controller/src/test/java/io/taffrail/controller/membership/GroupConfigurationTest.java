// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GroupConfigurationTest {
    private static final PeerName STAYS = new PeerName(1, new DirectoryId(new UUID(1, 1)));
    private static final PeerName LEAVES = new PeerName(2, new DirectoryId(new UUID(1, 2)));
    private static final GroupConfiguration ON_ITS_WAY =
            new GroupConfiguration(7, List.of(STAYS, LEAVES));

    @Test
    void onlyWhatFollowsTheChangeProvesIt() {
        assertThat(at(8, STAYS).provesRemoval(LEAVES, ON_ITS_WAY)).isTrue();
        assertThat(at(8, STAYS, LEAVES).provesRemoval(LEAVES, ON_ITS_WAY)).isFalse();
        assertThat(at(8).provesRemoval(LEAVES, ON_ITS_WAY)).as("it knows of none").isFalse();
    }

    /** One that lags may have a group in its log to which nobody had been added yet. */
    @Test
    void anEarlierConfigurationProvesNothing() {
        assertThat(at(6, STAYS).provesRemoval(LEAVES, ON_ITS_WAY)).isFalse();
        assertThat(at(7, STAYS).provesRemoval(LEAVES, ON_ITS_WAY)).isFalse();
    }

    private static GroupConfiguration at(long index, PeerName... members) {
        return new GroupConfiguration(index, List.of(members));
    }
}
