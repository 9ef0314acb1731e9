// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FeedProgressTest {
    private final FeedProgress progress = new FeedProgress(0);
    private final Contact contact = new Contact();

    private static final class Contact implements ControllerContact {
        private long answers;
        private long committed;

        @Override
        public long answers() {
            return answers;
        }

        @Override
        public long committedIndex() {
            return committed;
        }
    }

    private boolean isStuck(long afterMs, long appliedIndex) {
        return progress.isStuck(Duration.ofMillis(afterMs).toNanos(), appliedIndex, contact);
    }

    @Test
    void aQuietClusterIsNotStuck() {
        contact.committed = 7;
        for (int ms = 0; ms < 60_000; ms += 500) {
            contact.answers++;
            assertThat(isStuck(ms, 7)).isFalse();
        }
    }

    @Test
    void whatTheActiveControllerHasCommittedComesWithinASecond() {
        contact.committed = 8;
        assertThat(isStuck(0, 7)).isFalse();
        contact.answers++;
        assertThat(isStuck(900, 7)).isFalse();
        contact.answers++;
        assertThat(isStuck(1_100, 7)).isTrue();
    }

    @Test
    void withoutTheActiveControllerAFeedHasToMove() {
        for (int ms = 0; ms < 5_000; ms += 500) {
            assertThat(isStuck(ms, ms)).isFalse();
        }
        assertThat(isStuck(5_000, 4_500)).isFalse();
        assertThat(isStuck(5_600, 4_500)).isTrue();
    }
}
