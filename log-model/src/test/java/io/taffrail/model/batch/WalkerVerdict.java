// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a walker made of a payload: the records it saw and the error it ended with, if it did. */
record WalkerVerdict(List<Seen> records, LogError error, boolean cutShort) {
    record Seen(boolean hasKey, int offsetDelta, long timestampDeltaMs) {}

    boolean accepted() {
        return error == null;
    }

    static WalkerVerdict ofCursor(ByteBuffer payload) {
        List<Seen> seen = new ArrayList<>();
        RecordCursor cursor = new RecordCursor(payload);
        try {
            while (cursor.next()) {
                seen.add(
                        new Seen(cursor.hasKey(), cursor.offsetDelta(), cursor.timestampDeltaMs()));
            }
            return new WalkerVerdict(seen, null, false);
        } catch (MalformedRecordsException e) {
            return refused(seen, e);
        }
    }

    static WalkerVerdict ofStream(ByteBuffer payload) throws IOException {
        List<Seen> seen = new ArrayList<>();
        RecordStreamWalker walker =
                new RecordStreamWalker(new ByteArrayInputStream(Entries.bytes(payload)));
        try {
            while (walker.next()) {
                seen.add(
                        new Seen(walker.hasKey(), walker.offsetDelta(), walker.timestampDeltaMs()));
            }
            return new WalkerVerdict(seen, null, false);
        } catch (MalformedRecordsException e) {
            return refused(seen, e);
        }
    }

    private static WalkerVerdict refused(List<Seen> seen, MalformedRecordsException e) {
        boolean cutShort = e.fault().message().contains("runs past the end");
        return new WalkerVerdict(seen, e.fault().error(), cutShort);
    }
}
