// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.util.concurrent.CompletableFuture.runAsync;

import io.taffrail.logstore.PartitionLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a broker leaves its logs, once nothing is appended to them any more. */
final class LogClosing {
    private static final Logger LOG = LoggerFactory.getLogger(LogClosing.class);

    private LogClosing() {}

    /**
     * Closes every log, in parallel; returns the log ends by directory name, and nothing if a log
     * could not be closed in order (P3).
     */
    static Optional<Map<String, Long>> close(Collection<PartitionLog> logs, Executor blocking) {
        Map<String, Long> ends = new ConcurrentHashMap<>();
        CompletableFuture<?>[] closings =
                logs.stream()
                        .map(log -> runAsync(() -> close(log, ends), blocking))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closings).join();
            return Optional.of(new TreeMap<>(ends));
        } catch (CompletionException e) {
            LOG.warn("a log could not be closed in order: the next start verifies them", e);
            return Optional.empty();
        }
    }

    private static void close(PartitionLog log, Map<String, Long> ends) {
        try {
            log.close();
            ends.put(log.directory().getFileName().toString(), log.logEndOffset());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the files of every log go as they are. */
    static void abandon(Collection<PartitionLog> logs) {
        for (PartitionLog log : logs) {
            try {
                log.abandon();
            } catch (IOException e) {
                LOG.debug("cannot let go of {}", log.partition(), e);
            }
        }
    }
}
