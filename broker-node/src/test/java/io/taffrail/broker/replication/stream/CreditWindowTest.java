// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CreditWindowTest {
    @Test
    void grantsAnewWhatWasConsumedOnceItIsWorthAMessage() {
        CreditWindow window = new CreditWindow(1000, wanted -> wanted);
        assertThat(window.isDue()).isTrue();
        assertThat(window.grant()).isEqualTo(1000);
        window.consumed(249);
        assertThat(window.isDue()).isFalse();
        window.consumed(1);
        assertThat(window.isDue()).isTrue();
        assertThat(window.grant()).isEqualTo(250);
        assertThat(window.isDue()).isFalse();
    }

    @Test
    void paysForWhatTheLeaderOverdrew() {
        CreditWindow window = new CreditWindow(1000, wanted -> wanted);
        assertThat(window.grant()).isEqualTo(1000);
        window.consumed(5000);
        assertThat(window.grant()).isEqualTo(5000);
    }

    @Test
    void staysDueWhileItIsThrottled() {
        CreditWindow window = new CreditWindow(1000, wanted -> Math.min(wanted, 100));
        assertThat(window.grant()).isEqualTo(100);
        assertThat(window.isDue()).isTrue();
        window.consumed(100);
        assertThat(window.grant()).isEqualTo(100);
    }
}
