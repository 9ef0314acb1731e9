// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.nio.file.Path;
import java.util.function.Predicate;

/** What tests have hung into the disk's operations. Read outside of the disk's lock as well. */
final class Hooks {
    volatile DiskHook beforeForce = DiskHook.NONE;
    volatile DiskHook beforeWrite = DiskHook.NONE;
    volatile Predicate<Path> ignoredForces = path -> false;
    volatile boolean directorySyncsIgnored;
}
