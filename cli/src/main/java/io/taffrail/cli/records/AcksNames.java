// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.model.Acks;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/** Who acknowledges, as it is written on the command line: for completion and help. */
public final class AcksNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Stream.of(Acks.values())
                .map(acks -> acks.name().toLowerCase(Locale.ROOT))
                .iterator();
    }
}
