// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.batch.ProducedBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Opening a log whose process was killed: one segment that was never closed, of which every byte is
 * verified. Beside it, a checksum over the same file. The bytes are on disk already and in the page
 * cache still. Each opening finds what the killed process left, not what the opening before wrote.
 */
final class RecoveryScenario implements Scenario {
    private static final int CHUNK_BYTES = 256 << 10;
    private static final LogConfig CONFIG =
            LogConfig.DEFAULT.withFlush(FlushPolicy.OS).withSegmentBytes(Integer.MAX_VALUE);

    @Override
    public void run(Settings settings, Consumer<Finding> findings) throws Exception {
        for (int batchBytes : List.of(4 << 10, 256 << 10)) {
            findings.accept(compare(settings, batchBytes));
        }
    }

    private static Finding compare(Settings settings, int batchBytes) throws Exception {
        try (Workspace workspace = Workspace.in(settings.directory())) {
            PartitionLog log = workspace.newLog(CONFIG);
            fill(log, Batches.of(64, batchBytes, 1 << 10), settings.logBytes());
            log.abandon();
            Path file = segmentFile(workspace, log);
            force(file);
            Map<Path, byte[]> claims = claims(log.directory());
            return settings.comparison()
                    .of(
                            "recovery, %d KB batches".formatted(batchBytes >> 10),
                            "MB/s",
                            () -> readBare(file),
                            () -> reopen(workspace, log, claims));
        }
    }

    static void fill(PartitionLog log, List<ProducedBatch> batches, long bytes) throws IOException {
        for (int i = 0; log.sizeBytes() < bytes; i++) {
            AppendScenario.appendOne(log, batches.get(i % batches.size()));
        }
    }

    /** The only one that there is. */
    static Path segmentFile(Workspace workspace, PartitionLog log) throws IOException {
        return workspace.files().list(log.directory()).stream()
                .filter(path -> path.toString().endsWith(".log"))
                .findFirst()
                .orElseThrow();
    }

    /** Puts the bytes on disk, which the log itself would make a note of. */
    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** All files but segments: what tells the next opening how much it need not verify. */
    private static Map<Path, byte[]> claims(Path directory) throws IOException {
        Map<Path, byte[]> claims = new HashMap<>();
        for (Path file : notSegments(directory)) {
            claims.put(file, Files.readAllBytes(file));
        }
        return claims;
    }

    private static void restore(Path directory, Map<Path, byte[]> claims) throws IOException {
        for (Path file : notSegments(directory)) {
            Files.delete(file);
        }
        for (Map.Entry<Path, byte[]> claim : claims.entrySet()) {
            Files.write(claim.getKey(), claim.getValue());
        }
    }

    private static List<Path> notSegments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.toString().endsWith(".log")).toList();
        }
    }

    private static double readBare(Path path) throws IOException {
        long began = System.nanoTime();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            CRC32C crc = new CRC32C();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (channel.read(chunk.clear()) >= 0) {
                crc.update(chunk.flip());
            }
            if (crc.getValue() == 0) {
                throw new IllegalStateException("nothing was read");
            }
            return Settings.megabytesPerSecond(channel.size(), began);
        }
    }

    private static double reopen(Workspace workspace, PartitionLog killed, Map<Path, byte[]> claims)
            throws IOException {
        restore(killed.directory(), claims);
        long began = System.nanoTime();
        PartitionLog log = workspace.open(CONFIG, killed.partition());
        double rate = Settings.megabytesPerSecond(log.recoveryReport().bytesScanned(), began);
        log.abandon();
        if (log.recoveryReport().bytesScanned() < log.sizeBytes()) {
            throw new IllegalStateException("not all was verified: " + log.recoveryReport());
        }
        return rate;
    }
}
