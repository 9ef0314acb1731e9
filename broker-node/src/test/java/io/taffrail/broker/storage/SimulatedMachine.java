// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;

/** A machine whose kernel can be started anew, and on which nobody else runs. */
public final class SimulatedMachine implements Machine {
    private int boots = 1;

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
}
