// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.files;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that can be made anew from others, or that an operator must look at, is not what was
 * written.
 */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedFileException(Path file, String damage) {
        super(file + " is damaged: " + damage);
    }
}
