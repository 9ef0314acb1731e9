// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore;

import static io.taffrail.logstore.SampleBatches.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a log lives through, once: scripts small enough to be stopped at every operation. */
enum CrashScript {
    /** Appends that are awaited one by one, in twos and threes; rolls; producers; epochs. */
    APPENDS {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int i = 0; i < 24; i++) {
                if (i % 7 == 3) {
                    s.nextEpoch();
                }
                if (i % 3 == 0) {
                    s.appendOf(7, i / 12, i % 12 / 3 * 2, 2);
                } else if (i % 3 == 1) {
                    s.appendBytes(200 + 40 * (i % 5));
                } else {
                    s.request(List.of(batch("a" + i), batch("b" + i, "c" + i)));
                }
                if (i % 4 != 2) {
                    s.acknowledge();
                    s.highWatermark(s.acknowledgedEnd);
                }
                if (i == 9 || i == 20) {
                    s.checkpoint();
                }
            }
            s.appendBytes(600); // larger than a sector, across its border
            s.acknowledgeLater();
            s.appendBytes(30);
        }
    },
    /** The page cache alone, with the rolls that move the recovery point. */
    PAGE_CACHE(base().withFlush(FlushPolicy.OS)) {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int i = 0; i < 24; i++) {
                if (i % 9 == 4) {
                    s.nextEpoch();
                }
                if (i % 2 == 0) {
                    s.appendOf(5, 0, i / 2, 1);
                } else {
                    s.appendBytes(100 + 50 * (i % 6));
                }
                s.acknowledge();
                s.highWatermark(s.end());
                if (i == 11) {
                    s.flush();
                }
                if (i == 15) {
                    s.checkpoint();
                }
            }
        }
    },
    /** Divergence, repair, cuts at the borders of segments and to nothing. */
    TRUNCATION {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int i = 0; i < 16; i++) {
                if (i % 5 == 4) {
                    s.nextEpoch();
                }
                s.appendOf(9, 0, i * 2, 2);
                s.appendBytes(120);
                if (i % 2 == 0) {
                    s.acknowledge();
                }
            }
            s.highWatermark(10);
            s.truncate(27, TruncationReason.DIVERGENCE); // into the middle of an entry, perhaps
            s.nextEpoch();
            s.appendBytes(90);
            s.acknowledge();
            s.appendBytes(700);
            s.appendBytes(700);
            s.truncate(s.end() - 1, TruncationReason.DIVERGENCE);
            s.nextEpoch();
            s.appendBytes(10);
            s.acknowledge();
            s.checkpoint();
            s.truncate(6, TruncationReason.OUT_OF_ISR_AND_ELR);
            s.nextEpoch();
            s.appendOf(9, 1, 0, 2);
            s.acknowledge();
            s.truncate(0, TruncationReason.OUT_OF_ISR_AND_ELR);
            s.nextEpoch();
            s.appendOf(9, 2, 0, 2);
            s.acknowledge();
        }
    },
    /** The log start: retention by size and age, deleted records, all of them at last. */
    RETENTION(
            base().withRetention(Optional.of(Duration.ofHours(1)), OptionalLong.of(2500))
                    .withSegmentAge(Duration.ofMinutes(40))) {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int i = 0; i < 16; i++) {
                if (i % 5 == 4) {
                    s.nextEpoch();
                }
                s.appendOf(i % 3 + 1, 0, i / 3 * 2, 2);
                s.appendBytes(150 + i);
                if (i % 3 == 0) {
                    s.acknowledge();
                    s.highWatermark(s.acknowledgedEnd - 1);
                }
            }
            s.logStart(5);
            s.retain();
            s.age(Duration.ofMinutes(45));
            s.appendBytes(100);
            s.acknowledge();
            s.highWatermark(s.acknowledgedEnd);
            s.age(Duration.ofMinutes(45));
            s.retain();
            s.logStart(s.end());
            s.appendOf(1, 1, 0, 1);
            s.acknowledge();
            s.highWatermark(s.end());
            s.logStart(s.end());
            s.close();
            s.open();
            s.appendOf(1, 1, 1, 1);
            s.acknowledge();
        }
    },
    /** A follower whose leader's log start and high watermark are ahead of its own fsync. */
    LOG_START_AHEAD_OF_FSYNC {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 5; i++) {
                    s.appendBytes(150 + 20 * i);
                }
                s.highWatermark(s.end());
                s.logStart(s.end() - 2);
            }
            s.acknowledge();
            s.appendBytes(100);
            s.highWatermark(s.end());
            s.logStart(s.end());
            s.appendBytes(100);
            s.acknowledge();
        }
    },
    /** Last records of keys, tombstones, small neighbours, epochs that end in what goes. */
    COMPACTION(base().withCompaction(Duration.ZERO)) {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 14; i++) {
                    if (i % 5 == 4) {
                        s.nextEpoch();
                    }
                    s.append("k" + i % 3 + "=" + round + "-" + i, "t=" + (i % 4 == 3 ? "" : "x"));
                    s.request(
                            List.of(
                                    batch(
                                            4,
                                            0,
                                            (round * 14 + i) * 2,
                                            "p=" + i,
                                            "u" + i + "=" + round)));
                }
                s.acknowledge();
                s.highWatermark(s.acknowledgedEnd);
                s.clock.advance(Duration.ofSeconds(1));
                s.compact(Long.MAX_VALUE);
                s.append("k1=behind the pass");
                s.acknowledge();
                s.highWatermark(s.acknowledgedEnd);
            }
            s.clock.advance(Duration.ofSeconds(1));
            s.compact(s.end() / 2);
            s.append("k2=last");
            s.acknowledge();
        }
    },
    /** Orderly stops, kills of the process alone, and what opening writes. */
    STOPS {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            s.close();
            for (int round = 0; round < 3; round++) {
                s.open();
                for (int i = 0; i < 4; i++) {
                    s.appendOf(3, round, i, 1);
                    s.appendBytes(180);
                }
                if (round % 2 == 0) {
                    s.acknowledge();
                }
                s.close();
                s.open();
                s.nextEpoch();
                s.appendBytes(50);
                s.killAndReopen();
                s.appendBytes(260);
                s.acknowledge();
                s.killAndReopen();
                s.close();
            }
        }
    },
    /** Runs of several epochs, with gaps; overtaken, and begun anew. */
    FOLLOWER {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            s.follow(0, List.of(batch("a"), batch("b", "c"), batch("d")), 1, 1, 2);
            s.follow(3, List.of(batch(6, 0, 0, "e"), batch(6, 0, 1, "f")), 2, 4);
            s.acknowledge();
            for (int i = 0; i < 6; i++) {
                s.follow(i % 2, List.of(batch(6, 0, 2 + i, "g".repeat(300 + i))), 4 + i / 2);
            }
            s.acknowledge();
            s.highWatermark(s.end() - 2);
            s.follow(0, List.of(batch("h")), 8);
            s.truncate(s.end() - 1, TruncationReason.DIVERGENCE);
            s.follow(0, List.of(batch("i".repeat(900)), batch("j".repeat(900))), 9, 10);
            s.acknowledge();
            List<Entry> overtaken = new ArrayList<>(s.line);
            s.restart(s.end() + 40, overtaken);
            s.follow(0, List.of(batch(6, 0, 8, "k")), 11);
            s.acknowledge();
            s.follow(0, List.of(batch("l".repeat(1000)), batch("m")), 11, 12);
            s.acknowledge();
            s.restart(s.end() + 5, List.of());
            s.follow(0, List.of(batch("n")), 12);
        }
    },
    /** A new replica of an old partition: its log begins where the leader's does. */
    BEGINS_LATE {
        @Override
        void run(LogLife s) throws IOException {
            s.open();
            s.restart(1000, List.of());
            s.appendBytes(100);
            s.acknowledge();
            s.nextEpoch();
            s.appendBytes(1000);
            s.appendBytes(10);
            s.acknowledge();
            s.close();
            s.open();
            s.appendBytes(10);
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // a record
    final LogConfig config;

    CrashScript() {
        this(base());
    }

    CrashScript(LogConfig config) {
        this.config = config;
    }

    private static LogConfig base() {
        return LogConfig.DEFAULT.withSegmentBytes(1024).withIndexIntervalBytes(200);
    }

    abstract void run(LogLife life) throws IOException;
}
