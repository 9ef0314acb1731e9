// SPDX-License-Identifier: Apache-2.0
package io.taffrail.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.taffrail.workload.Anomaly.Kind;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {
    private final History history = new History();

    @Test
    void findsNothingWhereAllIsWell() {
        wholeRun();
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void allowsWhatWasNeverAnsweredToBeThereOrNot() {
        sent("a0", "a1", "a2");
        log("a0", "a2");
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void allowsAnAnswerThatNoLongerKnowsTheOffset() {
        sent("a0");
        log("a0");
        history.acknowledged(0, "a0", OptionalLong.empty());
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void allowsAReaderThatHasNotReadAllYet() {
        sent("a0", "a1");
        log("a0", "a1");
        history.read(0, "reader", 0, "a0");
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    @Test
    void convictsALogThatLostWhatItAcknowledged() {
        sent("a0", "a1");
        log("a0");
        acknowledged("a0", 0);
        acknowledged("a1", 1);
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void convictsALogThatLostWhatItShowed() {
        sent("a0", "a1");
        log("a0");
        history.read(0, "reader", 0, "a0");
        history.read(0, "reader", 1, "a1");
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void convictsALogThatHoldsAValueTwice() {
        sent("a0", "a1");
        log("a0", "a1", "a0");
        assertThat(kinds()).containsExactly(Kind.DOUBLED);
    }

    @Test
    void convictsALogThatChangesTheOrderOfAProducer() {
        sent("a0", "a1", "a2");
        log("a1", "a0", "a2");
        assertThat(kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void comparesTheOrderWithinAProducerOnly() {
        history.sent(0, "a", "a0");
        history.sent(0, "b", "b0");
        history.sent(0, "a", "a1");
        log("b0", "a0", "a1");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void convictsALogThatHoldsWhatNobodySent() {
        sent("a0");
        log("a0", "x");
        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void convictsAPartitionThatHoldsWhatWasSentToAnother() {
        history.sent(1, "a", "a0");
        log("a0");
        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void convictsAReaderOfWhatNobodySent() {
        sent("a0");
        log("a0");
        history.read(0, "reader", 0, "x");
        assertThat(kinds()).containsExactly(Kind.PHANTOM);
    }

    @Test
    void convictsTwoValuesAtOneOffsetInTheLog() {
        sent("a0", "a1");
        history.contains(0, 0, "a0");
        history.contains(0, 0, "a1");
        assertThat(kinds()).containsExactly(Kind.NOT_MONOTONIC, Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void convictsAnAnswerThatNamedAnotherOffset() {
        sent("a0", "a1");
        log("a0", "a1");
        acknowledged("a1", 0);
        assertThat(kinds()).containsExactly(Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void convictsAReaderThatSawAnotherValueThere() {
        sent("a0", "a1");
        log("a0", "a1");
        history.read(0, "reader", 0, "a1");
        assertThat(kinds()).containsExactly(Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void convictsAReaderThatReadsTwice() {
        sent("a0", "a1");
        log("a0", "a1");
        history.read(0, "reader", 0, "a0");
        history.read(0, "reader", 1, "a1");
        history.read(0, "reader", 1, "a1");
        assertThat(kinds()).containsExactly(Kind.NOT_MONOTONIC);
    }

    @Test
    void convictsAReaderThatPassesSomethingOver() {
        sent("a0", "a1", "a2");
        log("a0", "a1", "a2");
        history.read(0, "reader", 0, "a0");
        history.read(0, "reader", 2, "a2");
        assertThat(kinds()).containsExactly(Kind.SKIPPED);
    }

    @Test
    void convictsAReaderThatMissesTheBeginning() {
        sent("a0", "a1");
        log("a0", "a1");
        history.read(0, "reader", 1, "a1");
        assertThat(kinds()).containsExactly(Kind.SKIPPED);
    }

    @Test
    void allowsAProducerToGoOnAfterHealing() {
        sent("a0");
        history.healed();
        sent("a1");
        acknowledged("a1", 0);
        log("a1");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void convictsAProducerThatIsNotAnsweredAfterHealing() {
        sent("a0");
        acknowledged("a0", 0);
        history.healed();
        sent("a1");
        log("a0");
        assertThat(kinds()).containsExactly(Kind.STUCK);
    }

    @Test
    void convictsAProducerThatCannotSendAfterHealing() {
        sent("a0");
        history.healed();
        log("a0");
        assertThat(kinds()).containsExactly(Kind.STUCK);
    }

    @Test
    void convictsAReaderThatNeverComesToTheEnd() {
        healedRun("a0", "a1");
        history.reading("reader");
        history.read(0, "reader", 0, "a0");
        assertThat(kinds()).containsExactly(Kind.STUCK);
    }

    @Test
    void convictsAReaderThatNeverReads() {
        healedRun("a0");
        history.reading("reader");
        assertThat(kinds()).containsExactly(Kind.STUCK);
    }

    @Test
    void allowsAReaderThatComesToTheEnd() {
        healedRun("a0");
        history.reading("reader");
        history.read(0, "reader", 0, "a0");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void refusesAHistoryInWhichAValueIsSentTwice() {
        sent("a0", "a0");
        assertThatIllegalArgumentException().isThrownBy(() -> HistoryChecker.check(history));
    }

    private void wholeRun() {
        sent("a0", "a1", "a2");
        log("a0", "a1", "a2");
        acknowledged("a0", 0);
        acknowledged("a1", 1);
        acknowledged("a2", 2);
        for (String reader : List.of("one", "other")) {
            history.read(0, reader, 0, "a0");
            history.read(0, reader, 1, "a1");
            history.read(0, reader, 2, "a2");
        }
    }

    private void healedRun(String... values) {
        history.partition(0);
        history.healed();
        sent(values);
        for (int offset = 0; offset < values.length; offset++) {
            acknowledged(values[offset], offset);
        }
        log(values);
    }

    private void sent(String... values) {
        for (String value : values) {
            history.sent(0, "a", value);
        }
    }

    private void acknowledged(String value, long offset) {
        history.acknowledged(0, value, OptionalLong.of(offset));
    }

    private void log(String... values) {
        for (int offset = 0; offset < values.length; offset++) {
            history.contains(0, offset, values[offset]);
        }
    }

    private List<Kind> kinds() {
        return HistoryChecker.check(history).stream().map(Anomaly::kind).toList();
    }
}
