// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.logstore.inspect.Finding;
import io.taffrail.logstore.inspect.LogStep.Damage;
import io.taffrail.logstore.inspect.LogStep.Entry;
import io.taffrail.logstore.inspect.LogStep.Misplaced;
import io.taffrail.logstore.inspect.SegmentFile;
import io.taffrail.logstore.inspect.SegmentReport;
import io.taffrail.logstore.inspect.VerifyReport;
import java.io.Closeable;
import java.io.IOException;

/** Shows what is in a log, for people or for programs. */
interface LogPrinter extends Closeable {
    /** A file begins; most have nothing to say to that. */
    default void segmentBegins(SegmentFile segment) throws IOException {}

    void entry(Entry entry) throws IOException;

    void damage(Damage damage) throws IOException;

    void misplaced(Misplaced misplaced) throws IOException;

    void segment(SegmentReport report) throws IOException;

    void finding(Finding finding) throws IOException;

    void verdict(VerifyReport report) throws IOException;

    /** Writes what is buffered. */
    @Override
    void close() throws IOException;
}
