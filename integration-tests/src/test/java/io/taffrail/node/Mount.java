// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small disk in memory, mounted on a directory until closed. Mounting is for root on Linux. */
public final class Mount implements AutoCloseable {
    private final Path directory;

    private Mount(Path directory) {
        this.directory = directory;
    }

    /** Mounts a disk of so many bytes; skips the test where that is not allowed. */
    public static Mount tmpfs(Path directory, long bytes) throws IOException, InterruptedException {
        Optional<Mount> mount = tryTmpfs(directory, bytes);
        assumeTrue(
                mount.isPresent(), "a disk of its own is needed, and mounting is not allowed here");
        return mount.get();
    }

    /** Mounts a disk of so many bytes, where that is allowed. */
    public static Optional<Mount> tryTmpfs(Path directory, long bytes)
            throws IOException, InterruptedException {
        boolean mounted;
        try {
            mounted = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory);
        } catch (IOException e) {
            mounted = false; // there is no such command
        }
        return mounted ? Optional.of(new Mount(directory)) : Optional.empty();
    }

    public void makeReadOnly() throws IOException, InterruptedException {
        if (!run("mount", "-o", "remount,ro", directory)) {
            throw new IOException("cannot make " + directory + " read-only");
        }
    }

    /** What is left for files. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    private static boolean run(Object... words) throws IOException, InterruptedException {
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            System.err.println(String.join(" ", command) + ": " + said);
        }
        return process.exitValue() == 0;
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "--lazy", directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
