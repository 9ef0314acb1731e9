// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import io.taffrail.model.batch.RecordCursor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the records of entries to stdout, in one of the formats of {@code log cat}. */
interface RecordWriter extends Closeable {
    /**
     * Writes a record.
     *
     * @param entry that the record is of, at {@code at}
     */
    void write(ByteBuffer entry, int at, RecordCursor record) throws IOException;

    /** Writes what is buffered. */
    @Override
    void close() throws IOException;
}
