// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.io.IOException;
import java.nio.file.Path;

/** Called before an operation on a file, on the caller's thread, without the disk's lock. */
@FunctionalInterface
public interface DiskHook {
    /** Does nothing. */
    DiskHook NONE = path -> {};

    /** May block, and so hold the operation up; may throw, and so fail it before it began. */
    void before(Path path) throws IOException;
}
