// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Murmur2Test {
    /** Kafka's own expectations, of its {@code UtilsTest.testMurmur2}. */
    @ParameterizedTest
    @CsvSource({
        "21, -973932308",
        "foobar, -790332482",
        "a-little-bit-long-string, -985981536",
        "a-little-bit-longer-string, -1486304829",
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
        "abc, 479470107"
    })
    void hashesAsKafkaDoes(String key, int hash) {
        assertThat(Murmur2.hash(Entries.bytes(key))).isEqualTo(hash);
    }

    @Test
    void hashesWhatIsBetweenPositionAndLimit() {
        ByteBuffer direct = ByteBuffer.allocateDirect(20).put(Entries.bytes("--foobar--")).flip();
        direct.position(2).limit(8);
        assertThat(Murmur2.hash(direct)).isEqualTo(-790332482);
        assertThat(direct.remaining()).isEqualTo(6);
    }

    @Test
    void partitionIsNeverNegative() {
        assertThat(Partitioner.partitionOf(Entries.bytes("21"), 10))
                .isEqualTo((-973932308 & 0x7fffffff) % 10);
        for (int n = 0; n < 10_000; n++) {
            assertThat(Partitioner.partitionOf(Entries.bytes("key-" + n), 7)).isBetween(0, 6);
        }
    }
}
