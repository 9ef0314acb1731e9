// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.recovery;

import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.producer.ProducerStates;
import io.taffrail.logstore.segment.Segment;
import java.util.List;

/**
 * A log as recovery leaves it: every byte that it keeps is durable.
 *
 * @param segments at least one, by base offset; the last one is active
 * @param fsyncedEnd the sidecar
 */
public record RecoveredLog(
        List<Segment> segments,
        LeaderEpochs epochs,
        ProducerStates producers,
        Checkpoint checkpoint,
        FsyncedEnd fsyncedEnd,
        RecoveryReport report) {}
