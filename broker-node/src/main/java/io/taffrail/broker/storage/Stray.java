// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A log that the cluster no longer places here, and that may yet come back (P4).
 *
 * @param directory where it lies meanwhile
 * @param age how long this process has known it as a stray: a restart begins anew, so that no step
 *     of a clock deletes one early
 */
public record Stray(Path directory, Duration age) {}
