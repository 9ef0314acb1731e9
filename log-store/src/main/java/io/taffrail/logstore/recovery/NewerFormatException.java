// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An intact entry uses a flag, codec or field that this version does not know. Nothing was changed.
 */
public final class NewerFormatException extends IOException {
    private static final long serialVersionUID = 1;

    public NewerFormatException(Path file, long position) {
        super(
                file
                        + " holds, at byte "
                        + position
                        + ", an entry in a newer format than this version reads. Nothing was changed;"
                        + " open it with the version that wrote it, or a later one");
    }
}
