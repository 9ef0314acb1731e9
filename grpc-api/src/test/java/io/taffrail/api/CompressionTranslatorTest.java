// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.batch.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTranslatorTest {
    @ParameterizedTest
    @EnumSource
    void comesBackUnderTheSameNameAndNumber(Compression compression) {
        io.taffrail.api.v1.Compression proto = CompressionTranslator.toProto(compression);

        assertThat(CompressionTranslator.toModel(proto)).contains(compression);
        assertThat(proto.name()).isEqualTo("COMPRESSION_" + compression.name());
        assertThat(proto.getNumber()).isEqualTo(compression.id());
    }

    @Test
    void takesUnspecifiedAsNone() {
        assertThat(
                        CompressionTranslator.toModel(
                                io.taffrail.api.v1.Compression.COMPRESSION_UNSPECIFIED))
                .contains(Compression.NONE);
    }

    @Test
    void isEmptyForACodecOfALaterVersion() {
        assertThat(CompressionTranslator.toModel(io.taffrail.api.v1.Compression.UNRECOGNIZED))
                .isEmpty();
    }
}
