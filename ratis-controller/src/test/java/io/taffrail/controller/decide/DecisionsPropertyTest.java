// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class DecisionsPropertyTest {
    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void everyHistoryKeepsTheRules(@ForAll long seed) {
        History history = RandomHistory.run(seed, 150); // which checks after each step
        assertThat(history.commands()).isNotEmpty();
    }

    /** In this one, a move is asked back whose new replica alone is remembered. */
    @Example
    void whoIsRememberedIsNotDropped() {
        assertThat(RandomHistory.run(-4189, 150).commands()).isNotEmpty();
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void aHistoryDecidesAlikeAgain(@ForAll long seed) {
        History history = RandomHistory.run(seed, 150);
        ControllerState replayed = ControllerState.EMPTY;
        for (int i = 0; i < history.commands().size(); i++) {
            Decision decision =
                    replayed.decide(
                            history.commands().get(i), History.at(i), History.timeMs(i + 1L));
            replayed = replayed.after(decision, History.at(i));
        }
        assertThat(replayed).isEqualTo(history.state());
    }
}
