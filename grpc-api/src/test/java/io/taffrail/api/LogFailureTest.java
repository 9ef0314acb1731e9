// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.model.BrokenInvariantException;
import io.taffrail.model.LogError;
import io.taffrail.model.batch.BatchFault;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogFailureTest {
    @ParameterizedTest
    @EnumSource
    void hasARetryDelayIfAndOnlyIfARetryHelps(LogError error) {
        assertThat(LogFailure.of(error, "").retryDelay().isPresent()).isEqualTo(error.retriable());
    }

    @Test
    void reconnectsAtOnce() {
        assertThat(LogFailure.of(LogError.RECONNECT, "").retryDelay()).contains(Duration.ZERO);
    }

    @Test
    void refusesMetadataThatTheErrorDoesNotName() {
        LogFailure failure = LogFailure.of(LogError.OFFSET_MISMATCH, "");

        assertThat(failure.with("log_end_offset", 7L).metadata())
                .containsEntry("log_end_offset", "7");
        assertThatThrownBy(() -> failure.with("leader_id", 7))
                .isInstanceOf(BrokenInvariantException.class)
                .hasMessageContaining("leader_id");
    }

    @Test
    void refusesADelayWhereARetryDoesNotHelp() {
        LogFailure failure = LogFailure.of(LogError.PRODUCER_FENCED, "");

        assertThatThrownBy(() -> failure.retryAfter(Duration.ofSeconds(1)))
                .isInstanceOf(BrokenInvariantException.class);
    }

    @Test
    void refusesANegativeDelay() {
        LogFailure failure = LogFailure.of(LogError.OVERLOADED, "");

        assertThatThrownBy(() -> failure.retryAfter(Duration.ofNanos(-1)))
                .isInstanceOf(BrokenInvariantException.class);
    }

    @Test
    void saysWhyABatchIsRefused() {
        LogFailure failure =
                LogFailure.of(new BatchFault(LogError.INVALID_BATCH, "record_count", "is -1"));

        assertThat(failure.error()).isEqualTo(LogError.INVALID_BATCH);
        assertThat(failure.message()).isEqualTo("is -1");
        assertThat(failure.field()).contains("record_count");
    }

    @Test
    void saysWhichLimitABatchExceeds() {
        LogFailure failure =
                LogFailure.of(
                        new BatchFault(
                                LogError.BATCH_TOO_LARGE, "records", "", OptionalLong.of(7)));

        assertThat(failure.metadata()).containsExactly(Map.entry("limit", "7"));
    }
}
