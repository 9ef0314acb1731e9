// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private static final int FLOOR = ByteBudget.FLOOR_BYTES;

    private final AtomicLong told = new AtomicLong();
    private final ByteBudget budget = new ByteBudget(4L * FLOOR, told::addAndGet);

    @Test
    void givesWhatThereIs() {
        ByteBudget.Share share = budget.share();
        ByteBudget.Charge first = share.reserve(3 * FLOOR).orElseThrow();
        ByteBudget.Charge second = share.reserve(3 * FLOOR).orElseThrow();
        assertThat(second.bytes()).isEqualTo(FLOOR);
        assertThat(share.reserve(1)).isEmpty();
        assertThat(budget.heldBytes()).isEqualTo(4L * FLOOR).isEqualTo(told.get());
        first.release();
        first.release();
        assertThat(share.heldBytes()).isEqualTo(FLOOR);
        second.release();
        assertThat(budget.heldBytes()).isZero().isEqualTo(told.get());
    }

    @Test
    void givesAFloorToWhoeverHoldsNothing() {
        ByteBudget.Share greedy = budget.share();
        ByteBudget.Charge all = greedy.reserve(4 * FLOOR).orElseThrow();
        ByteBudget.Share other = budget.share();
        assertThat(other.reserve(2 * FLOOR).map(ByteBudget.Charge::bytes)).hasValue(FLOOR);
        assertThat(other.reserve(2 * FLOOR)).isEmpty();
        assertThat(all.bytes()).isEqualTo(4 * FLOOR);
    }

    @Test
    void countsWhatAnAnswerTakesIndeed() {
        ByteBudget.Share share = budget.share();
        ByteBudget.Charge charge = share.reserve(100).orElseThrow();
        charge.resize(5 * FLOOR);
        assertThat(budget.heldBytes()).isEqualTo(5L * FLOOR);
        charge.resize(10);
        assertThat(budget.heldBytes()).isEqualTo(10);
        charge.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void tellsOnceThatThereMayBeRoom() {
        ByteBudget.Share share = budget.share();
        ByteBudget.Charge charge = share.reserve(4 * FLOOR).orElseThrow();
        AtomicInteger calls = new AtomicInteger();
        share.whenRoom(calls::incrementAndGet);
        assertThat(calls).hasValue(0);
        charge.release();
        assertThat(calls).hasValue(1);
        Optional<ByteBudget.Charge> next = share.reserve(FLOOR);
        next.orElseThrow().release();
        assertThat(calls).hasValue(1);
        share.whenRoom(calls::incrementAndGet); // there was room meanwhile
        assertThat(calls).hasValue(2);
    }
}
