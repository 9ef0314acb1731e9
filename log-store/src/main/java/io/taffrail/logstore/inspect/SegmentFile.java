// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import java.nio.file.Path;

/**
 * A log file as its directory shows it.
 *
 * @param bytes its size when it was listed
 */
public record SegmentFile(long baseOffset, Path path, long bytes) {
    public String name() {
        return path.getFileName().toString();
    }
}
