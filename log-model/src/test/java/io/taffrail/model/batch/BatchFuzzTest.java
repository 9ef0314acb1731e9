// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import com.sun.management.ThreadMXBean;
import io.taffrail.model.LogError;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes that nobody meant, at every door of this package: nothing but the documented exceptions may
 * come back, and no try may take more memory than its limits allow. The short form runs in every
 * build, the long one with {@code -Pfuzz -Dfuzz.minutes=...}; a failure names its seed.
 */
class BatchFuzzTest {
    private static final int SHORT_TRIES = 2_000;
    private static final int MAX_DECOMPRESSED_BYTES = 1 << 20;

    /** What a try may take: the decompressed bytes, a few times over, and the codecs' buffers. */
    private static final long MAX_ALLOCATED_BYTES = 16L * MAX_DECOMPRESSED_BYTES;

    private static final BatchValidator VALIDATOR =
            new BatchValidator(new BatchLimits(1 << 20, MAX_DECOMPRESSED_BYTES, false));
    private static final EntryRewriter REWRITER =
            new EntryRewriter(Entries.TOPIC, Entries.PARTITION, MAX_DECOMPRESSED_BYTES);

    private static final List<Lz4Frames.Linked> LINKED_LZ4 = Lz4Frames.linkedAndSmall();

    /** A door, and what to throw at it. */
    enum Door {
        ENTRY_CHECK {
            @Override
            void tryOnce(Random random) {
                ByteBuffer bytes = ByteBuffer.wrap(entryOrNot(random));
                int at = random.nextInt(bytes.limit() + 1);
                int limit = at + random.nextInt(bytes.limit() - at + 1);
                EntryCheck.check(bytes, at, limit, Entries.TOPIC, Entries.PARTITION);
                EntryCheck.checkHeader(bytes, at, limit, Entries.TOPIC, Entries.PARTITION);
                EntryCheck.checkHeader(bytes, 0, limit, Entries.TOPIC, Entries.PARTITION);
                Entries.check(bytes);
            }
        },
        PRODUCED_BATCH {
            @Override
            void tryOnce(Random random) {
                try {
                    byte[] entry = entryOrNot(random);
                    ProducedBatch batch = ProducedBatch.fromEntry(ByteBuffer.wrap(entry));
                    VALIDATOR.validate(batch);
                    batch.writeHeader(ByteBuffer.allocate(RecordBatchLayout.HEADER_BYTES));
                } catch (MalformedBatchException e) {
                    requireFault(e.fault());
                }
            }
        },
        VALIDATOR_OF_PAYLOADS {
            @Override
            void tryOnce(Random random) {
                Compression compression = anyCodec(random);
                ByteBuffer payload = ByteBuffer.wrap(payloadOrNot(random));
                ProducedBatch batch =
                        Entries.batch(
                                compression, compression.compress(payload), 1 + random.nextInt(3));
                VALIDATOR.validate(batch).ifPresent(Door::requireFault);
            }
        },
        VALIDATOR_OF_FRAMES {
            @Override
            void tryOnce(Random random) {
                Compression compression = anyCodec(random);
                ByteBuffer frame = ByteBuffer.wrap(frameOrNot(compression, random));
                VALIDATOR
                        .validate(Entries.batch(compression, frame, 1))
                        .ifPresent(Door::requireFault);
            }
        },
        CURSOR {
            @Override
            void tryOnce(Random random) {
                try {
                    RecordCursor cursor = new RecordCursor(ByteBuffer.wrap(payloadOrNot(random)));
                    while (cursor.next()) {
                        cursor.key();
                        cursor.value();
                        cursor.headers();
                        cursor.copyKey(new byte[cursor.keyBytes()], 0);
                        cursor.copyValue(new byte[cursor.valueBytes()], 0);
                    }
                } catch (MalformedRecordsException e) {
                    requireFault(e.fault());
                }
            }
        },
        DECOMPRESSORS {
            @Override
            void tryOnce(Random random) {
                Compression compression = anyCodec(random);
                ByteBuffer frame = ByteBuffer.wrap(frameOrNot(compression, random));
                try {
                    compression.decompress(frame, MAX_DECOMPRESSED_BYTES);
                } catch (CorruptRecordsException e) {
                    requireFault(e.fault());
                }
            }
        },
        REWRITER_OF_PAYLOADS {
            @Override
            void tryOnce(Random random) {
                Compression compression = anyCodec(random);
                ByteBuffer payload = ByteBuffer.wrap(payloadOrNot(random));
                ByteBuffer records =
                        random.nextBoolean()
                                ? compression.compress(payload)
                                : ByteBuffer.wrap(frameOrNot(compression, random));
                ByteBuffer entry =
                        Entries.entry(Entries.batch(compression, records, 1 + random.nextInt(3)));
                try {
                    REWRITER.rewrite(
                            entry,
                            0,
                            (record, offset) -> random.nextBoolean(),
                            random.nextBoolean());
                } catch (MalformedRecordsException e) {
                    requireFault(e.fault());
                }
            }
        };

        abstract void tryOnce(Random random);

        private static void requireFault(BatchFault fault) {
            if (fault.error() != LogError.INVALID_BATCH
                    && fault.error() != LogError.UNSUPPORTED_FORMAT
                    && fault.error() != LogError.BATCH_TOO_LARGE) {
                throw new AssertionError("not an error of a batch: " + fault);
            }
        }

        private static Compression anyCodec(Random random) {
            Compression[] all = Compression.values();
            return all[random.nextInt(all.length)];
        }

        private static byte[] payloadOrNot(Random random) {
            if (random.nextInt(4) == 0) {
                return Mutations.random(200, random);
            }
            ProducedBatch batch = Entries.batch(Compression.NONE, 1 + random.nextInt(4));
            return Mutations.mutate(Entries.bytes(batch.records()), random);
        }

        private static byte[] frameOrNot(Compression compression, Random random) {
            if (random.nextInt(8) == 0) {
                return Mutations.random(200, random);
            }
            if (compression == Compression.LZ4 && random.nextBoolean()) {
                Lz4Frames.Linked linked = LINKED_LZ4.get(random.nextInt(LINKED_LZ4.size()));
                return Mutations.mutate(linked.frame().array(), random);
            }
            ProducedBatch batch = Entries.batch(compression, 1 + random.nextInt(20));
            return Mutations.mutate(Entries.bytes(batch.records()), random);
        }

        private static byte[] entryOrNot(Random random) {
            if (random.nextInt(8) == 0) {
                return Mutations.random(300, random);
            }
            ProducedBatch batch = Entries.batch(anyCodec(random), 1 + random.nextInt(4));
            byte[] entry = Mutations.mutate(Entries.bytes(Entries.entry(batch)), random);
            if (entry.length >= RecordBatchLayout.HEADER_BYTES && random.nextBoolean()) {
                repair(ByteBuffer.wrap(entry));
            }
            return entry;
        }

        /** Makes lengths and checksums right, so that what lies behind them is reached. */
        private static void repair(ByteBuffer entry) {
            RecordBatchLayout.putLength(
                    entry,
                    RecordBatchLayout.LENGTH_POSITION,
                    entry.limit() - RecordBatchLayout.MESSAGE_POSITION);
            RecordBatchLayout.putLength(
                    entry,
                    RecordBatchLayout.RECORDS_LENGTH_POSITION,
                    entry.limit() - RecordBatchLayout.RECORDS_POSITION);
            Entries.seal(entry);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingUnexpectedComesBack(Door door) {
        Random seeds = new Random(20_260_101);
        for (int n = 0; n < SHORT_TRIES; n++) {
            tryOnce(door, seeds.nextLong());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("fuzz")
    void nothingUnexpectedComesBackForMinutes(Door door) {
        Duration each =
                Duration.ofMinutes(Integer.getInteger("fuzz.minutes", 1))
                        .dividedBy(Door.values().length);
        Random seeds = new Random();
        long end = System.nanoTime() + each.toNanos();
        while (System.nanoTime() - end < 0) {
            tryOnce(door, seeds.nextLong());
        }
    }

    private static void tryOnce(Door door, long seed) {
        long before = allocated();
        try {
            door.tryOnce(new Random(seed));
        } catch (RuntimeException | Error e) {
            throw new AssertionError(door + " with seed " + seed, e);
        }
        long taken = allocated() - before;
        if (taken > MAX_ALLOCATED_BYTES) {
            throw new AssertionError(door + " with seed " + seed + " took " + taken + " bytes");
        }
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
