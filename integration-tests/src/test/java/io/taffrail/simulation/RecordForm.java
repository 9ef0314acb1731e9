// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.Header;
import io.taffrail.api.v1.NewRecord;

/** What a producer makes of the name of a record, {@code p0-17}, that it is to send. */
enum RecordForm {
    /** Its value. */
    PLAIN {
        @Override
        NewRecord of(String name) {
            return NewRecord.newBuilder().setValue(ByteString.copyFromUtf8(name)).build();
        }
    },
    /**
     * For a compacted topic: of each three keys one is deleted a while after it was written, and
     * none is written twice, so that whoever missed a deletion has the key for ever.
     */
    TABLE {
        @Override
        NewRecord of(String name) {
            NewRecord.Builder record =
                    NewRecord.newBuilder()
                            .setKey(ByteString.copyFromUtf8(key(name)))
                            .addHeaders(
                                    Header.newBuilder()
                                            .setKey(NAME)
                                            .setValue(ByteString.copyFromUtf8(name)));
            if (!isDeletion(name)) {
                record.setValue(ByteString.copyFromUtf8(name));
            }
            return record.build();
        }
    };

    /** The header that says which record it is, for one without a value has none to say it. */
    static final String NAME = "name";

    private static final int KEPT_FOR = 32; // records; deletions hit what is no deletion
    private static final int ONE_OF = 3;

    abstract NewRecord of(String name);

    static boolean isDeletion(String name) {
        int number = number(name);
        return number >= KEPT_FOR && number % ONE_OF == ONE_OF - 1;
    }

    static String key(String name) {
        return "key-" + (isDeletion(name) ? number(name) - KEPT_FOR : number(name));
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }
}
