// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.client.ConsumerRecord;
import java.io.IOException;
import java.io.OutputStream;

/** What is written of records. */
public interface RecordFormat {
    /** Writes records in this format to {@code out}, and buffers nothing. */
    Sink to(OutputStream out) throws IOException;

    /** Takes records. */
    interface Sink {
        /** Writes one record and what ends it. */
        void write(ConsumerRecord record) throws IOException;
    }

    /** The value and a newline, nothing else; a tombstone is an empty line. */
    static RecordFormat value() {
        return out ->
                record -> {
                    if (record.value() != null) {
                        out.write(record.value());
                    }
                    out.write('\n');
                };
    }

    /** Before the value the key and {@code separator}, where there is a key. */
    static RecordFormat keyValue(byte[] separator) {
        return out -> {
            Sink value = value().to(out);
            return record -> {
                if (record.key() != null) {
                    out.write(record.key());
                    out.write(separator);
                }
                value.write(record);
            };
        };
    }
}
