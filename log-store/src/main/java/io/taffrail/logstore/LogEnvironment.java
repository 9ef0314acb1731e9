// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.Clock;
import java.util.concurrent.Executor;

/**
 * What the logs of one data directory share.
 *
 * @param flusher runs rounds of fsync; a round blocks a thread for as long as the disk takes
 * @param reserve the room that is kept free on the disk
 */
public record LogEnvironment(
        FileSystem files,
        Clock clock,
        Executor flusher,
        DiskReserve reserve,
        LogListener listener) {}
