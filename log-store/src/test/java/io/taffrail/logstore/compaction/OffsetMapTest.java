// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.compaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffsetMapTest {
    private static ByteBuffer key(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void agreesWithAnOrdinaryMap() {
        Random random = new Random(1);
        OffsetMap map = new OffsetMap(24 * 2000);
        Map<String, Long> expected = new HashMap<>();
        for (long offset = 0; offset < 20_000; offset++) {
            String key = "key " + random.nextInt(1200);
            assertThat(map.put(key(key), offset)).isTrue();
            expected.put(key, offset);
        }
        expected.forEach((key, offset) -> assertThat(map.latestOffset(key(key))).isEqualTo(offset));
        assertThat(map.size()).isEqualTo(expected.size());
        assertThat(map.latestOffset(key("another"))).isEqualTo(-1);
    }

    @Test
    void takesNoMoreKeysWhenItIsFullButKnowsThoseItHas() {
        OffsetMap map = new OffsetMap(24 * 8);
        int taken = 0;
        while (map.put(key("key " + taken), taken)) {
            taken++;
        }
        assertThat(taken).isEqualTo(6);
        assertThat(map.put(key("key 3"), 100)).isTrue();
        assertThat(map.latestOffset(key("key 3"))).isEqualTo(100);
    }

    @Test
    void hasRoomForAsManyKeysAsItsMemoryWasReckonedFor() {
        for (int keys = 0; keys < 500; keys++) {
            OffsetMap map = new OffsetMap((int) OffsetMap.bytesFor(keys));
            for (int n = 0; n < keys; n++) {
                assertThat(map.put(key("key " + n), n)).as("key %d of %d", n, keys).isTrue();
            }
            assertThat(map.latestOffset(key("another"))).isEqualTo(-1);
        }
        assertThat(OffsetMap.bytesFor(1_000_000)).isLessThan(33_000_000);
    }
}
