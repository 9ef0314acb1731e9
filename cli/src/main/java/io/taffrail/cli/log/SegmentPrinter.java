// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.logstore.inspect.Finding;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.SegmentFile;
import io.taffrail.logstore.inspect.SegmentReport;
import io.taffrail.logstore.inspect.VerifyReport;
import io.taffrail.logstore.segment.SegmentSummary;
import io.taffrail.model.batch.RecordBatchLayout;
import java.io.IOException;

/** Sums entries up, and shows a segment when it has ended. */
final class SegmentPrinter implements LogPrinter {
    private final LogPrinter target;
    private SegmentFile current;
    private SegmentSummary summary;
    private long records;
    private long damagedBytes;

    SegmentPrinter(LogPrinter target) {
        this.target = target;
    }

    @Override
    public void segmentBegins(SegmentFile segment) throws IOException {
        endSegment();
        current = segment;
        summary = SegmentSummary.empty(segment.baseOffset());
        records = 0;
        damagedBytes = 0;
    }

    private void endSegment() throws IOException {
        if (current != null) {
            target.segment(new SegmentReport(current, summary, records, damagedBytes));
        }
        current = null;
    }

    @Override
    public void entry(Entry entry) {
        summary =
                summary.plus(
                        entry.buffer(),
                        entry.at(),
                        entry.position() + entry.bytes(),
                        RecordBatchLayout.maxTimestampMs(entry.buffer(), entry.at()));
        records += RecordBatchLayout.recordCount(entry.buffer(), entry.at());
    }

    @Override
    public void damage(Damage damage) {
        damagedBytes += damage.endPosition() - damage.position();
    }

    @Override
    public void misplaced(Misplaced misplaced) throws IOException {
        endSegment();
        target.misplaced(misplaced);
    }

    @Override
    public void segment(SegmentReport report) throws IOException {
        target.segment(report);
    }

    @Override
    public void finding(Finding finding) throws IOException {
        target.finding(finding);
    }

    @Override
    public void verdict(VerifyReport report) throws IOException {
        target.verdict(report);
    }

    @Override
    public void close() throws IOException {
        endSegment();
        target.close();
    }
}
