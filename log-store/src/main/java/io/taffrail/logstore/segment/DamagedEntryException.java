// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.segment;

import io.taffrail.model.batch.EntryCheck;
import java.io.IOException;
import java.nio.file.Path;

/** A place in a log file where an entry should begin holds none that is whole. */
public final class DamagedEntryException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final long position;
    private final long expectedOffset;
    private final transient EntryCheck check;

    public DamagedEntryException(Path file, long position, long expectedOffset, EntryCheck check) {
        super(
                file
                        + " is damaged at byte "
                        + position
                        + ", where offset "
                        + expectedOffset
                        + " was expected: "
                        + check);
        this.file = file;
        this.position = position;
        this.expectedOffset = expectedOffset;
        this.check = check;
    }

    public Path file() {
        return file;
    }

    /** Where in the file. */
    public long position() {
        return position;
    }

    /** The first offset that cannot be read. */
    public long expectedOffset() {
        return expectedOffset;
    }

    public EntryCheck check() {
        return check;
    }
}
