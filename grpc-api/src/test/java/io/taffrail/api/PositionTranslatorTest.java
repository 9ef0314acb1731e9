// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.api.v1.Position;
import io.taffrail.model.OffsetAndEpoch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PositionTranslatorTest {
    @Property
    void comesBack(@ForAll long offset, @ForAll int leaderEpoch) {
        OffsetAndEpoch position = new OffsetAndEpoch(offset, leaderEpoch);

        assertThat(PositionTranslator.toModel(PositionTranslator.toProto(position)))
                .contains(position);
    }

    @Test
    void epochZeroIsAnEpoch() {
        assertThat(PositionTranslator.toProto(new OffsetAndEpoch(3, 0)).hasLeaderEpoch()).isTrue();
    }

    @Test
    void isEmptyWithoutAnEpoch() {
        assertThat(PositionTranslator.toModel(Position.newBuilder().setOffset(3).build()))
                .isEmpty();
    }
}
