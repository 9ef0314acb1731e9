// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.cluster.DirectoryId;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FollowerWatchTest {
    private static final PeerName FOLLOWER = new PeerName(2, new DirectoryId(new UUID(0, 2)));

    private final FollowerWatch watch = new FollowerWatch();

    private boolean stuck(long matchIndex, long sinceContactMs, long seconds) {
        QuorumMember member =
                new QuorumMember(
                        FOLLOWER, "", "", true, matchIndex, OptionalLong.of(sinceContactMs));
        return watch.look(List.of(member), 100, Duration.ofSeconds(seconds).toNanos()).isPresent();
    }

    @Test
    void findsAFollowerThatIsReachableAndGetsNowhere() {
        assertThat(stuck(50, 100, 0)).isFalse();
        assertThat(stuck(50, 100, 59)).isFalse();
        assertThat(stuck(50, 100, 60)).isTrue();
    }

    @Test
    void leavesAloneWhoMovesOrIsAwayOrHasAll() {
        assertThat(stuck(50, 100, 0)).isFalse();
        assertThat(stuck(51, 100, 59)).isFalse();
        assertThat(stuck(51, 60_000, 100)).as("nobody there").isFalse();
        assertThat(stuck(51, 100, 130)).as("just back").isFalse();
        assertThat(stuck(100, 100, 200)).as("has all").isFalse();
    }
}
