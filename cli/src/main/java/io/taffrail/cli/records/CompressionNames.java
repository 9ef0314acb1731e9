// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.model.batch.Compression;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/** The codecs as they are written on the command line: for completion and help. */
public final class CompressionNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Stream.of(Compression.values())
                .map(codec -> codec.name().toLowerCase(Locale.ROOT))
                .iterator();
    }
}
