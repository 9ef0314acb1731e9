// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.taffrail.model.LogError.CanonicalCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CanonicalCodesTest {
    @ParameterizedTest
    @EnumSource
    void keepsTheName(CanonicalCode code) {
        assertThat(CanonicalCodes.toGrpc(code).name()).isEqualTo(code.name());
    }

    @ParameterizedTest
    @EnumSource
    void comesBack(CanonicalCode code) {
        assertThat(CanonicalCodes.toModel(CanonicalCodes.toGrpc(code))).contains(code);
    }

    @ParameterizedTest
    @EnumSource
    void knowsOnlyCodesOfItsOwnName(Status.Code code) {
        CanonicalCodes.toModel(code)
                .ifPresent(known -> assertThat(known.name()).isEqualTo(code.name()));
    }
}
