// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** P6, sentence by sentence. Time moves in steps as short as the controller's timer. */
class BrokerSessionsTest {
    private static final long MILLI = 1_000_000;

    private final BrokerSessions sessions =
            new BrokerSessions(Duration.ofSeconds(3), Duration.ofMillis(500));
    private MetadataImage image = MetadataImage.EMPTY;
    private long now;

    private void brokers(int count) {
        for (int id = 1; id <= count; id++) {
            image = image.apply(new MetadataChange.BrokerChanged(broker(id)));
        }
        sessions.begin(image, now);
        for (int id = 1; id <= count; id++) {
            sessions.opened(id, 10, now);
        }
    }

    private static BrokerEntry broker(int id) {
        return new BrokerEntry(
                id,
                10,
                new UUID(1, id),
                List.of(),
                Optional.empty(),
                List.of(new BrokerEntry.Directory(new DirectoryId(new UUID(2, id)), false)),
                1,
                1,
                "test",
                0,
                false,
                false,
                false,
                false);
    }

    private void heard(int brokerId) {
        sessions.heard(brokerId, 10, image.version(), Set.of(), now);
    }

    /** Ids of those that are due at the end; {@code alive} go on sending. */
    private List<Integer> after(long millis, int... alive) {
        List<BrokerEntry> due = List.of();
        for (long passed = 0; passed < millis; passed += 50) {
            now += 50 * MILLI;
            for (int id : alive) {
                heard(id);
            }
            due = sessions.due(image, now);
        }
        return due.stream().map(BrokerEntry::brokerId).toList();
    }

    @Test
    void silenceFencesAfterTheSessionTimeout() {
        brokers(2);
        assertThat(after(2_900, 1)).isEmpty();
        assertThat(after(100, 1)).containsExactly(2);
    }

    /** Its port may still take connections in the moment in which its streams break. */
    @Test
    void aProcessThatNobodySpeaksForIsLookedForLessAndLessOften() {
        brokers(2);
        assertThat(probesWithin(1_000)).as("it has a stream").isEmpty();
        sessions.broken(2, 10, now);
        assertThat(probesWithin(3_000)).containsExactly(0L, 100L, 300L, 700L, 1_500L);
        sessions.broken(2, 10, now);
        assertThat(probesWithin(50)).as("it broke again").containsExactly(0L);
        sessions.gone(2, 10, now);
        assertThat(probesWithin(3_000)).as("it is gone").isEmpty();
    }

    @Test
    void aNewControllerLooksForThoseThatDoNotComeToIt() {
        brokers(2);
        sessions.begin(image, now);
        sessions.opened(1, 10, now);
        assertThat(probesWithin(200)).containsExactly(0L, 100L);
    }

    /** After how many ms broker 2 is looked for, and broker 1 never. */
    private List<Long> probesWithin(long millis) {
        List<Long> probes = new ArrayList<>();
        for (long passed = 0; passed < millis; passed += 50) {
            assertThat(sessions.takeProbe(image.broker(1).orElseThrow(), now)).isFalse();
            if (sessions.takeProbe(image.broker(2).orElseThrow(), now)) {
                probes.add(passed);
            }
            now += 50 * MILLI;
        }
        return probes;
    }

    @Test
    void aProcessThatIsGoneIsFencedAfterTheShortGrace() {
        brokers(4);
        sessions.broken(2, 10, now);
        assertThat(after(500, 1, 3, 4)).as("broken alone is not gone").isEmpty();
        sessions.gone(2, 10, now);
        assertThat(after(450, 1, 3, 4)).isEmpty();
        assertThat(after(50, 1, 3, 4)).containsExactly(2);
    }

    @Test
    void aProcessThatNeverCameAndIsGoneIsFencedAfterTheShortGrace() {
        brokers(4);
        sessions.begin(image, now);
        for (int id : new int[] {1, 3, 4}) {
            sessions.opened(id, 10, now);
        }
        sessions.gone(2, 10, now);
        assertThat(after(450, 1, 3, 4)).isEmpty();
        assertThat(after(50, 1, 3, 4)).containsExactly(2);
    }

    @Test
    void aBrokerThatIsBackIsNotGone() {
        brokers(4);
        sessions.broken(2, 10, now);
        sessions.gone(2, 10, now);
        sessions.opened(2, 10, now);
        assertThat(after(600, 1, 2, 3, 4)).isEmpty();
    }

    @Test
    void manyBreaksAtOnceHaveTheirCauseHere() {
        brokers(4);
        for (int id = 1; id <= 2; id++) {
            sessions.broken(id, 10, now);
            sessions.gone(id, 10, now);
        }
        assertThat(after(1_000, 3, 4)).isEmpty();
        assertThat(after(2_000, 3, 4)).containsExactly(1, 2);
    }

    @Test
    void theControllersOwnPauseIsNobodysSilence() {
        brokers(1);
        now += 5_000 * MILLI;
        assertThat(sessions.due(image, now)).isEmpty();
        assertThat(after(2_900)).isEmpty();
        assertThat(after(100)).containsExactly(1);
    }

    @Test
    void aBrokerThatDoesNotFollowIsFenced() {
        brokers(2);
        image = image.at(new MetadataVersion(1, 100));
        sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
        for (int i = 0; i < 59; i++) {
            now += 50 * MILLI;
            image = image.at(new MetadataVersion(1, image.version().index() + 1));
            sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
            heard(2);
            assertThat(sessions.due(image, now)).isEmpty();
        }
        now += 100 * MILLI;
        sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
        heard(2);
        assertThat(sessions.due(image, now)).containsExactly(broker(1));
    }

    @Test
    void aBrokerThatIsStillApplyingIsNotFenced() {
        brokers(1);
        image = image.at(new MetadataVersion(1, 100));
        for (int i = 0; i < 100; i++) {
            now += 50 * MILLI;
            sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
            sessions.applying(1, 10, now);
            assertThat(sessions.due(image, now)).isEmpty();
        }
        for (int i = 0; i < 59; i++) {
            now += 50 * MILLI;
            sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
            assertThat(sessions.due(image, now)).as("and may take as long as any other").isEmpty();
        }
        now += 50 * MILLI;
        sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
        assertThat(sessions.due(image, now)).containsExactly(broker(1));
    }

    @Test
    void aBrokerThatIsBehindIsNotUnfenced() {
        brokers(1);
        image = image.at(new MetadataVersion(1, 100));
        for (int i = 0; i <= 60; i++) {
            sessions.heard(1, 10, new MetadataVersion(1, 99), Set.of(), now);
            assertThat(sessions.mayUnfence(1, now)).isEqualTo(i < 60);
            sessions.due(image, now);
            now += 50 * MILLI;
        }
        sessions.fenced(1, now);
        assertThat(sessions.mayUnfence(1, now)).isFalse();
        sessions.heard(1, 10, new MetadataVersion(1, 100), Set.of(), now);
        assertThat(sessions.mayUnfence(1, now)).isTrue();
    }

    @Test
    void aBrokerThatFlapsInOneSessionHasToProveItself() {
        brokers(1);
        now += 60_000 * MILLI; // an old session
        for (int i = 0; i < 3; i++) {
            sessions.fenced(1, now);
        }
        assertThat(sessions.mayUnfence(1, now)).isFalse();
        now += 29_000 * MILLI;
        assertThat(sessions.mayUnfence(1, now)).isFalse();
        now += 1_000 * MILLI;
        assertThat(sessions.mayUnfence(1, now)).isTrue();
    }

    @Test
    void aBrokerThatFlapsHasToProveItself() {
        brokers(1);
        for (int i = 0; i < 3; i++) {
            assertThat(sessions.mayUnfence(1, now)).isTrue();
            sessions.fenced(1, now);
            now += 1_000 * MILLI;
        }
        sessions.opened(1, 10, now);
        assertThat(sessions.mayUnfence(1, now)).isFalse();
        now += 29_000 * MILLI;
        assertThat(sessions.mayUnfence(1, now)).isFalse();
        now += 1_000 * MILLI;
        assertThat(sessions.mayUnfence(1, now)).isTrue();
    }

    @Test
    void whoCannotReachALeaderIsKnown() {
        brokers(3);
        sessions.heard(2, 10, image.version(), Set.of(1), now);
        assertThat(sessions.cutOffFrom(1)).containsExactly(2);
        heard(2);
        assertThat(sessions.cutOffFrom(1)).isEmpty();
    }
}
