// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

import io.taffrail.logstore.epoch.LeaderEpochs;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.segment.IndexProof;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is gathered about one log file while it is walked, and compared with its indexes. */
final class SegmentProof {
    private final SegmentFile segment;
    private final Optional<LeaderEpochs> epochs;
    private final List<IndexProof> indexes = new ArrayList<>();
    private SegmentSummary summary;
    private long records;
    private long damagedBytes;
    private Optional<String> epochFinding = Optional.empty();

    SegmentProof(LogFiles log, SegmentFile segment, Optional<LeaderEpochs> epochs)
            throws IOException {
        this.segment = segment;
        this.epochs = epochs;
        this.summary = SegmentSummary.empty(segment.baseOffset());
        for (IndexProof.Kind kind : IndexProof.Kind.values()) {
            indexes.add(
                    IndexProof.begin(
                            log.files(),
                            log.directory(),
                            segment.baseOffset(),
                            segment.bytes(),
                            kind));
        }
    }

    void entry(Entry entry) {
        if (damagedBytes == 0) {
            indexes.forEach(index -> index.entry(entry.buffer(), entry.at(), entry.position()));
        }
        summary =
                summary.plus(
                        entry.buffer(),
                        entry.at(),
                        entry.position() + entry.bytes(),
                        RecordBatchLayout.maxTimestampMs(entry.buffer(), entry.at()));
        records += RecordBatchLayout.recordCount(entry.buffer(), entry.at());
        compareEpochs(entry);
    }

    /** At both ends of the entry: so a boundary that is off by one shows on one of its sides. */
    private void compareEpochs(Entry entry) {
        OptionalInt found =
                OptionalInt.of(RecordBatchLayout.leaderEpoch(entry.buffer(), entry.at()));
        boolean agrees =
                epochs.map(
                                e ->
                                        e.epochOf(entry.baseOffset()).equals(found)
                                                && e.epochOf(entry.endOffset() - 1).equals(found))
                        .orElse(true);
        if (!agrees && epochFinding.isEmpty()) {
            epochFinding =
                    Optional.of(
                            "it does not agree with the entry of offsets %d to %d, epoch %d, in %s"
                                    .formatted(
                                            entry.baseOffset(),
                                            entry.endOffset() - 1,
                                            found.getAsInt(),
                                            segment.name()));
        }
    }

    void damage(Damage damage) {
        damagedBytes += damage.endPosition() - damage.position();
    }

    /** Adds what is to be said of the indexes; {@code last} in the log has none while in use. */
    void conclude(boolean last, List<Finding> findings) {
        for (IndexProof index : indexes) {
            String name = index.path().getFileName().toString();
            if (damagedBytes == 0) {
                index.conclude();
            }
            switch (index.state()) {
                case MISSING -> {
                    if (!last) {
                        findings.add(note(name, "it is missing, and is made anew when needed"));
                    }
                }
                case STALE ->
                        findings.add(
                                note(name, "it is of another state of the log file: not used"));
                case DAMAGED, WHOLE ->
                        index.findings()
                                .forEach(
                                        what ->
                                                findings.add(
                                                        new Finding(
                                                                Finding.Severity.DAMAGE,
                                                                name,
                                                                what)));
            }
        }
    }

    private static Finding note(String file, String what) {
        return new Finding(Finding.Severity.NOTE, file, what);
    }

    Optional<String> epochFinding() {
        return epochFinding;
    }

    SegmentReport report() {
        return new SegmentReport(segment, summary, records, damagedBytes);
    }
}
