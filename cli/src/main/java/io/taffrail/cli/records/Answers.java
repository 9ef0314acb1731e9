// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import io.taffrail.client.Producer;
import io.taffrail.client.ProducerRecord;
import io.taffrail.client.RecordMetadata;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/** Sends records, numbered from 1, and counts what comes back. To be used by one sender. */
public final class Answers {
    private final Producer producer;
    private long sent;
    private long acknowledged;
    private long failed;
    private Failure first;

    public Answers(Producer producer) {
        this.producer = producer;
    }

    /** The record of that number is not acknowledged. */
    public record Failure(long number, Throwable cause) {}

    /** Sends the next record. */
    public void send(ProducerRecord record) {
        send(record, number -> {});
    }

    /**
     * Sends the next record.
     *
     * @param onAcknowledged called with its number, on a thread of the producer's
     */
    public void send(ProducerRecord record, LongConsumer onAcknowledged) {
        CompletableFuture<RecordMetadata> answer = producer.send(record);
        long number = count();
        CompletableFuture<RecordMetadata> unused =
                answer.whenComplete(
                        (stored, thrown) -> {
                            if (thrown == null) {
                                onAcknowledged.accept(number);
                            }
                            take(number, thrown);
                        });
    }

    private synchronized long count() {
        return ++sent;
    }

    private synchronized void take(long number, Throwable thrown) {
        if (thrown == null) {
            acknowledged++;
        } else {
            failed++;
            fail(number, thrown instanceof CompletionException ? thrown.getCause() : thrown);
        }
        if (acknowledged + failed == sent) {
            notifyAll();
        }
    }

    /** Counts the record of that number as failed before it was sent. */
    synchronized void fail(long number, Throwable cause) {
        if (first == null || number < first.number) {
            first = new Failure(number, cause);
        }
    }

    /** Waits until every record is acknowledged or has failed. */
    public void awaitAll() throws InterruptedException {
        producer.flush();
        synchronized (this) {
            while (acknowledged + failed < sent) {
                wait(); // flush may return before the last answers were told here
            }
        }
    }

    public synchronized long sent() {
        return sent;
    }

    public synchronized long acknowledged() {
        return acknowledged;
    }

    /** The failure of the record with the lowest number. */
    public synchronized Optional<Failure> firstFailure() {
        return Optional.ofNullable(first);
    }
}
