// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What the seed chooses. */
final class SimChance {
    private static final Duration LONGEST_HARM = Duration.ofSeconds(6);

    private final SimWorld world;

    SimChance(SimWorld world) {
        this.world = world;
    }

    Random random() {
        return world.random();
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random().nextInt(choices.size()));
    }

    Duration some(Duration atMost) {
        return Duration.ofMillis(1 + random().nextInt((int) atMost.toMillis()));
    }

    /** As long as harm lasts. */
    Duration aWhile() {
        return some(LONGEST_HARM);
    }

    /** Undoes a harm when it has lasted long enough. */
    void undo(Runnable action) {
        world.scheduler().after(aWhile(), action);
    }
}
