// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.testsupport.Change.Write;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Draws which of the changes that were not made durable one power cut leaves. */
final class Survivors {
    private static final int SECTOR_BYTES = 512;

    private final PowerCut kind;
    private final Random random;
    private final long firstLostOperation; // for all files alike; 0 if each has its own

    Survivors(PowerCut kind, Random random, long operations) {
        this.kind = kind;
        this.random = random;
        this.firstLostOperation = random.nextBoolean() ? 1 + random.nextLong(operations + 1) : 0;
    }

    /** How many of a directory's changes are left, counted from the first. */
    int ofDirectory(int unsynced) {
        return switch (kind) {
            case DROP_ALL_UNSYNCED -> 0;
            case KEEP_ALL -> unsynced;
            default -> prefix(unsynced);
        };
    }

    /** None, all, or some: the ends are as likely as all that lies between. */
    private int prefix(int count) {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> count;
            default -> random.nextInt(count + 1);
        };
    }

    /** Adds to the durable bytes of a file what is left of its changes. */
    void addTo(SparseBytes durable, List<Change> unforced, long cachedSize) {
        switch (kind) {
            case DROP_ALL_UNSYNCED -> {}
            case KEEP_ALL -> unforced.forEach(change -> change.applyTo(durable));
            case KEEP_RANDOM_SECTORS -> randomSectors(durable, unforced, cachedSize);
            case TORN_LAST_WRITE -> tornLastWrite(durable, unforced);
            case KEEP_PREFIX -> keepPrefix(durable, unforced);
            case REORDER -> someWhole(durable, unforced);
            case SIZE_WITHOUT_BYTES -> sizes(durable, unforced);
            case GARBAGE_TAIL -> garbage(durable, unforced);
        }
    }

    private void randomSectors(SparseBytes durable, List<Change> unforced, long cachedSize) {
        Map<Long, Integer> keptChanges = new HashMap<>(); // by sector, a prefix of all changes
        for (int i = 0; i < unforced.size(); i++) {
            int index = i;
            if (unforced.get(i) instanceof Write write) {
                forEachSector(
                        write,
                        (sector, from, length) -> {
                            int kept =
                                    keptChanges.computeIfAbsent(
                                            sector, s -> prefix(unforced.size()));
                            if (index < kept) {
                                write.applyTo(durable, from, length);
                            }
                        });
            } else if (random.nextBoolean()) {
                unforced.get(i).applyTo(durable);
            }
        }
        if (random.nextBoolean()) {
            durable.grow(cachedSize);
        }
    }

    private void tornLastWrite(SparseBytes durable, List<Change> unforced) {
        int last = unforced.size() - 1;
        while (last >= 0 && !(unforced.get(last) instanceof Write)) {
            last--;
        }
        for (int i = 0; i < unforced.size(); i++) {
            if (i == last) {
                tear(durable, (Write) unforced.get(i));
            } else {
                unforced.get(i).applyTo(durable);
            }
        }
    }

    private void tear(SparseBytes durable, Write write) {
        if (write.length() == 0) {
            return;
        }
        int kept = random.nextInt(write.length());
        if (random.nextBoolean()) {
            long sectorStart = (write.position() + kept) / SECTOR_BYTES * SECTOR_BYTES;
            kept = (int) Math.max(0, sectorStart - write.position());
        }
        write.applyTo(durable, 0, kept);
        if (random.nextBoolean()) {
            durable.grow(write.end());
        }
    }

    private void keepPrefix(SparseBytes durable, List<Change> unforced) {
        int kept = prefix(unforced.size());
        for (int i = 0; i < unforced.size(); i++) {
            Change change = unforced.get(i);
            if (firstLostOperation > 0 ? change.number() < firstLostOperation : i < kept) {
                change.applyTo(durable);
            }
        }
    }

    private void someWhole(SparseBytes durable, List<Change> unforced) {
        for (Change change : unforced) {
            if (random.nextBoolean()) {
                change.applyTo(durable);
            }
        }
    }

    private static void sizes(SparseBytes durable, List<Change> unforced) {
        for (Change change : unforced) {
            if (change instanceof Write write) {
                durable.grow(write.end());
            } else {
                change.applyTo(durable);
            }
        }
    }

    /** Random bytes only where the file grew: blocks that it had already are written in place. */
    private void garbage(SparseBytes durable, List<Change> unforced) {
        long oldEnd = durable.size();
        for (Change change : unforced) {
            if (change instanceof Write write) {
                int inPlace =
                        (int) Math.min(write.length(), Math.max(0, oldEnd - write.position()));
                if (random.nextBoolean()) {
                    write.applyTo(durable, 0, inPlace);
                }
                byte[] noise = new byte[write.length() - inPlace];
                random.nextBytes(noise);
                durable.write(write.position() + inPlace, noise, 0, noise.length);
            } else {
                change.applyTo(durable);
                oldEnd = Math.min(oldEnd, change.position());
            }
        }
    }

    private static void forEachSector(Write write, Piece piece) {
        int done = 0;
        while (done < write.length()) {
            long at = write.position() + done;
            int toSectorEnd = (int) (SECTOR_BYTES - at % SECTOR_BYTES);
            int length = Math.min(toSectorEnd, write.length() - done);
            piece.accept(at / SECTOR_BYTES, done, length);
            done += length;
        }
    }

    /** The part of a write that lies in one sector. */
    private interface Piece {
        void accept(long sector, int from, int length);
    }
}
