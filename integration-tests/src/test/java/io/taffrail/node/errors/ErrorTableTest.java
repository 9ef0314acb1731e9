// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.LogError;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No error without a test that provokes it. */
class ErrorTableTest {
    private static final List<Class<?>> SUITES =
            List.of(
                    OneNodeErrorsIT.class,
                    TwoNodesErrorsIT.class,
                    RestartedNodeErrorsIT.class,
                    LonelyBrokerErrorsIT.class);

    /** Nothing issues these: there are no quotas. */
    private static final Set<LogError> NOT_ISSUED = EnumSet.of(LogError.QUOTA_EXCEEDED);

    @ParameterizedTest
    @EnumSource
    void everyErrorIsProvoked(LogError error) {
        assertThat(provoked().contains(error) || NOT_ISSUED.contains(error))
                .as("a test of %s @Provokes(%s)", SUITES, error)
                .isTrue();
    }

    @Test
    void nothingProvokesWhatIsNotIssued() {
        assertThat(provoked()).doesNotContainAnyElementsOf(NOT_ISSUED);
    }

    private static Set<LogError> provoked() {
        Set<LogError> provoked = EnumSet.noneOf(LogError.class);
        for (Class<?> suite : SUITES) {
            for (Method method : suite.getDeclaredMethods()) {
                Provokes provokes = method.getAnnotation(Provokes.class);
                if (provokes != null && method.isAnnotationPresent(Test.class)) {
                    provoked.add(provokes.value());
                }
            }
        }
        return provoked;
    }
}
