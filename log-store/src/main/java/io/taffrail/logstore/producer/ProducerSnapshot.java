// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.producer;

import io.taffrail.logstore.files.Checksum;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.files.FileSystem;
import io.taffrail.logstore.files.FileSystem.OpenMode;
import io.taffrail.logstore.files.LogFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file {@code <offset>.producers}: the producers as of all entries below that offset. A bad one
 * is noticed by its CRC and made anew from an older one and the entries since.
 *
 * <pre>
 * 4  magic "TFPS"       4  version, 1       8  offset       4  number of producers
 * each: 8 producer id   4 epoch   8 last append time   4 number of batches
 *       each: 4 first sequence   4 offset delta   8 base offset   8 append time
 * 4  CRC-32C of all before
 * </pre>
 *
 * All little-endian.
 */
public record ProducerSnapshot(FileSystem files, Path path, long offset) {
    public static final String SUFFIX = ".producers";

    private static final int MAGIC = 0x53504654;
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 20;
    private static final int PRODUCER_BYTES = 24;
    private static final int BATCH_BYTES = 24;

    /** The snapshots in a directory, by offset. */
    public static List<ProducerSnapshot> list(FileSystem files, Path directory) throws IOException {
        List<ProducerSnapshot> snapshots = new ArrayList<>();
        for (Path file : files.list(directory)) {
            String name = file.getFileName().toString();
            if (name.matches("\\d{20}\\" + SUFFIX)) {
                snapshots.add(
                        new ProducerSnapshot(files, file, Long.parseLong(name.substring(0, 20))));
            }
        }
        return snapshots;
    }

    /** Makes the file durable; its name is when the directory is forced. */
    public void force() throws IOException {
        try (LogFile file = files.open(path, OpenMode.READ_WRITE)) {
            file.force();
        }
    }

    public void write(ProducerStates states) throws IOException {
        ByteBuffer bytes = encode(states, offset);
        try (LogFile file = files.open(path, OpenMode.CREATE)) {
            file.truncate(0);
            file.write(0, bytes);
        }
    }

    /**
     * Reads the file.
     *
     * @throws DamagedFileException if it is not what was written
     */
    public ProducerStates read() throws IOException {
        ByteBuffer bytes;
        try (LogFile file = files.open(path, OpenMode.READ)) {
            bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(0, bytes);
        }
        try {
            return decode(bytes.flip(), offset);
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(path, e.getMessage());
        }
    }

    /**
     * The bytes of a snapshot: also how a leader hands its producers to a replica that starts anew
     * (P23).
     */
    public static ByteBuffer encode(ProducerStates states, long offset) {
        int size = FIXED_BYTES + Integer.BYTES;
        for (ProducerState state : states.byId().values()) {
            size += PRODUCER_BYTES + state.batches().size() * BATCH_BYTES;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION).putLong(offset).putInt(states.size());
        states.byId().forEach((id, state) -> encode(bytes, id, state));
        return bytes.putInt(Checksum.of(bytes.duplicate().flip())).flip();
    }

    private static void encode(ByteBuffer bytes, long id, ProducerState state) {
        bytes.putLong(id)
                .putInt(state.epoch())
                .putLong(state.lastAppendTimeMs())
                .putInt(state.batches().size());
        for (ProducerState.Batch batch : state.batches()) {
            bytes.putInt(batch.firstSequence()).putInt(batch.offsetDelta());
            bytes.putLong(batch.baseOffset()).putLong(batch.appendTimeMs());
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static ProducerStates decode(ByteBuffer encoded, long offset) {
        ByteBuffer bytes = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        int body = bytes.remaining() - Integer.BYTES;
        require(
                body >= FIXED_BYTES
                        && Checksum.of(bytes.duplicate().limit(body)) == bytes.getInt(body),
                "its checksum");
        try {
            require(bytes.getInt() == MAGIC && bytes.getInt() == VERSION, "its magic or version");
            require(bytes.getLong() == offset, "its offset");
            int count = bytes.getInt();
            Map<Long, ProducerState> byId = new HashMap<>();
            for (int i = 0; i < count; i++) {
                byId.put(bytes.getLong(), decodeState(bytes));
            }
            require(bytes.position() == body, "its length");
            return new ProducerStates(byId);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("its length", e);
        }
    }

    private static ProducerState decodeState(ByteBuffer bytes) {
        int epoch = bytes.getInt();
        long lastAppendTimeMs = bytes.getLong();
        int count = bytes.getInt();
        require(count > 0 && count <= ProducerState.REMEMBERED_BATCHES, "its number of batches");
        List<ProducerState.Batch> batches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            batches.add(
                    new ProducerState.Batch(
                            bytes.getInt(), bytes.getInt(), bytes.getLong(), bytes.getLong()));
        }
        return new ProducerState(epoch, lastAppendTimeMs, batches);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what + " is wrong");
        }
    }
}
