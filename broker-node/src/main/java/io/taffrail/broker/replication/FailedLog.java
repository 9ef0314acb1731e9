// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.segment.DamagedEntryException;
import io.taffrail.model.LogError;
import java.io.IOException;

/** What those hear who come to a log that failed. */
public final class FailedLog {
    private FailedLog() {}

    /** What it means that a log could not be read: its bytes are damaged, or did not come. */
    public static LogError ofReading(IOException cause) {
        boolean damaged =
                cause instanceof DamagedEntryException || cause instanceof DamagedFileException;
        return damaged ? LogError.CORRUPT_LOG : LogError.READ_FAILED;
    }

    /** What it means that a log could not be written. */
    static LogFailure of(PartitionLog log, IOException cause) {
        if (!log.damage().isEmpty()) {
            return LogFailure.of(
                            LogError.CORRUPT_LOG,
                            log.partition() + " takes no appends: its log here is damaged")
                    .with("offset", log.damage().get(0).fromOffset());
        }
        return LogFailure.of(
                LogError.LEADER_UNKNOWN,
                log.partition() + " takes no appends: its log here failed: " + cause.getMessage());
    }
}
