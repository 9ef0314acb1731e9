// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.taffrail.model.TopicId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TopicIdTranslatorTest {
    @Property
    void comesBack(@ForAll long high, @ForAll long low) {
        TopicId id = new TopicId(high, low);

        assertThat(TopicIdTranslator.toModel(TopicIdTranslator.toProto(id))).isEqualTo(id);
    }

    @Test
    void writesBytesInTheOrderOfTheText() {
        TopicId id = TopicId.parse("00010203-0405-0607-0809-0a0b0c0d0e0f");

        assertThat(TopicIdTranslator.toProto(id).toByteArray())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> TopicIdTranslator.toModel(ByteString.copyFrom(new byte[17])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("17");
    }
}
