// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import java.io.IOException;
import java.nio.file.Path;

/** A snapshot's bytes are not those that were written. */
final class DamagedSnapshotException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedSnapshotException(Path file, String why) {
        super("the snapshot " + file + " is damaged: " + why);
    }

    DamagedSnapshotException(String why, Throwable cause) {
        super("a snapshot is damaged: " + why, cause);
    }
}
