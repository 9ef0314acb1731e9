// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.load;

import com.google.protobuf.ByteString;
import io.taffrail.api.v1.Record;
import io.taffrail.api.v1.RecordBatch;
import io.taffrail.api.v1.Records;
import java.util.Random;

/** Batches as a client with nothing but generated stubs makes them. */
final class Batches {
    private Batches() {}

    /** Uncompressed, of random bytes, the same for each seed. */
    static RecordBatch random(long seed, int records, int valueBytes) {
        Random random = new Random(seed);
        Records.Builder all = Records.newBuilder();
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            random.nextBytes(value);
            all.addRecords(Record.newBuilder().setValue(ByteString.copyFrom(value)));
        }
        return RecordBatch.newBuilder()
                .setLastOffsetDelta(records - 1)
                .setRecordCount(records)
                .setRecords(all.build().toByteString())
                .build();
    }
}
