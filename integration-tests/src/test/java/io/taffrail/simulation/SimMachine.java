// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import io.taffrail.broker.storage.Machine;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** A broker's machine, whose kernel starts anew with each power cut. */
final class SimMachine implements Machine {
    private final SimWorld world;
    private final PlantedBug bug;
    private final UUID onlyId;
    private int boots = 1;

    SimMachine(SimWorld world, PlantedBug bug) {
        this.world = world;
        this.bug = bug;
        this.onlyId = world.newId();
    }

    void reboot() {
        boots++;
    }

    @Override
    public Closeable lock(Path directory) {
        return () -> {};
    }

    @Override
    public Optional<String> bootId() {
        return Optional.of("boot-" + boots);
    }

    @Override
    public UUID newId() {
        return bug == PlantedBug.SAME_EPOCH_RESTART ? onlyId : world.newId();
    }
}
