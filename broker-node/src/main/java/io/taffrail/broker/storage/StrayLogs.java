// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.storage;

import static io.taffrail.model.Invariants.check;

import io.taffrail.logstore.files.FileSystem;
import io.taffrail.model.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The logs that have become strays (P4). They are renamed, not deleted: metadata that calls a log
 * stray may be overtaken by metadata that places it here again. Known by the names of their
 * directories. Safe for use by many threads.
 */
final class StrayLogs {
    private static final String STRAY = ".stray";
    private static final String DELETED = ".deleted";

    private final FileSystem files;
    private final Path logs;
    private final Clock clock;
    private final Map<String, Long> sinceNanos = new LinkedHashMap<>();

    private StrayLogs(FileSystem files, Path logs, Clock clock) {
        this.files = files;
        this.logs = logs;
        this.clock = clock;
    }

    /** Finds those in {@code logs}, and finishes deletions that a crash interrupted. */
    static StrayLogs open(FileSystem files, Path logs, Clock clock) throws IOException {
        StrayLogs strays = new StrayLogs(files, logs, clock);
        for (Path entry : files.list(logs)) {
            String name = entry.getFileName().toString();
            if (name.endsWith(DELETED)) {
                strays.deleteTree(entry);
            } else if (name.endsWith(STRAY)) {
                strays.sinceNanos.put(
                        name.substring(0, name.length() - STRAY.length()), clock.nanoTime());
            }
        }
        return strays;
    }

    /** Makes a stray of the log in {@code directory}, which is closed. Durable when it returns. */
    synchronized void add(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        check(
                logs.resolve(name).equals(directory),
                "%s is set aside, and is not in %s",
                directory,
                logs);
        check(
                !sinceNanos.containsKey(name),
                "%s is set aside while a stray of it is here, which should have been restored",
                name);
        move(directory, logs.resolve(name + STRAY));
        sinceNanos.put(name, clock.nanoTime());
    }

    /** Deletes the log in {@code directory}, which is closed, for good. */
    void remove(Path directory) throws IOException {
        Path doomed = logs.resolve(directory.getFileName() + DELETED);
        move(directory, doomed);
        deleteTree(doomed);
    }

    /** Puts a stray back in its place; false if there is none. Durable when it returns. */
    synchronized boolean restore(String name) throws IOException {
        if (!sinceNanos.containsKey(name)) {
            return false;
        }
        check(
                !files.exists(logs.resolve(name)),
                "%s has a new log while a stray of it is here, which should have been restored",
                name);
        move(logs.resolve(name + STRAY), logs.resolve(name));
        sinceNanos.remove(name);
        return true;
    }

    /** Those that there are, the latest last. */
    synchronized List<Stray> list() {
        long now = clock.nanoTime();
        return sinceNanos.entrySet().stream()
                .map(
                        stray ->
                                new Stray(
                                        logs.resolve(stray.getKey() + STRAY),
                                        Duration.ofNanos(now - stray.getValue())))
                .toList();
    }

    /** Deletes those that are at least that old, and returns them. */
    synchronized List<Stray> delete(Duration atLeast) throws IOException {
        List<Stray> deleted = new ArrayList<>();
        for (Stray stray : list()) {
            if (stray.age().compareTo(atLeast) >= 0) {
                delete(stray.directory());
                deleted.add(stray);
            }
        }
        return deleted;
    }

    private void delete(Path stray) throws IOException {
        String suffixed = stray.getFileName().toString();
        String name = suffixed.substring(0, suffixed.length() - STRAY.length());
        Path doomed = logs.resolve(name + DELETED);
        move(stray, doomed); // first, so that half a log never comes back
        sinceNanos.remove(name);
        deleteTree(doomed);
    }

    private void move(Path from, Path to) throws IOException {
        files.rename(from, to);
        files.syncDirectory(logs);
    }

    private void deleteTree(Path path) throws IOException {
        if (files.isDirectory(path)) {
            for (Path entry : files.list(path)) {
                deleteTree(entry);
            }
        }
        files.delete(path);
    }
}
