// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.quorum.PeerName;
import io.taffrail.controller.quorum.QuorumMember;
import io.taffrail.model.cluster.DirectoryId;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContactWatchTest {
    private final ContactWatch watch = new ContactWatch();

    private static QuorumMember member(int nodeId, OptionalLong silentMs) {
        PeerName name = new PeerName(nodeId, new DirectoryId(new UUID(7, nodeId)));
        return new QuorumMember(name, "h" + nodeId + ":1", "h" + nodeId + ":2", true, 5, silentMs);
    }

    private List<String> look(long silentMs) {
        return watch.look(
                List.of(
                        member(1, OptionalLong.empty()),
                        member(2, OptionalLong.of(silentMs)),
                        member(3, OptionalLong.of(20))));
    }

    @Test
    void saysOnceThatAFollowerIsLostAndOnceThatItIsBack() {
        assertThat(look(100)).isEmpty();
        assertThat(look(2_900)).isEmpty();
        assertThat(look(3_100))
                .singleElement()
                .asString()
                .contains("controller 2-", "out of contact");
        assertThat(look(3_600)).isEmpty();
        assertThat(look(50)).singleElement().asString().contains("controller 2-", "is back");
        assertThat(look(60)).isEmpty();
    }

    @Test
    void forgetsWhoIsNoMemberAnyMore() {
        assertThat(look(5_000)).hasSize(1);
        assertThat(watch.look(List.of(member(1, OptionalLong.empty())))).isEmpty();
        assertThat(look(50)).isEmpty();
    }
}
