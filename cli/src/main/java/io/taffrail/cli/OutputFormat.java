// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.util.Iterator;
import java.util.List;

/** How a command shows what it found: the option {@code -o}. */
public enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs: one object a line. */
    JSON;

    /** For completion and help. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("table", "json").iterator();
        }
    }
}
