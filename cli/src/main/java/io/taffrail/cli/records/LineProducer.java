// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.cli.CommandFailedException;
import io.taffrail.cli.ProgressLine;
import io.taffrail.cli.Streams;
import io.taffrail.cli.records.LineReader.LineTooLongException;
import io.taffrail.client.Producer;
import io.taffrail.client.ProducerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sends lines as records, and waits until each is acknowledged. Stops after one that is not. */
public final class LineProducer {
    /** A longer line may never find room in the producer's buffer. */
    private static final int MAX_LINE_BYTES = ProducerSettings.defaults().maxBufferedBytes() / 2;

    private final RecordMaker maker;
    private final Answers answers;
    private final ProgressLine progress;
    private long sentBytes;

    public LineProducer(Streams streams, Producer producer, RecordMaker maker) {
        this.maker = maker;
        this.answers = new Answers(producer);
        this.progress = new ProgressLine(streams);
    }

    /**
     * Sends all lines; gives how many are stored.
     *
     * @throws CommandFailedException naming the first line that is not stored
     */
    public long sendLines(InputStream in) throws IOException, InterruptedException {
        LineReader lines = new LineReader(in, MAX_LINE_BYTES);
        try {
            while (answers.firstFailure().isEmpty() && lines.next()) {
                answers.send(maker.ofLine(lines));
                sentBytes += lines.line().remaining() + 1;
                progress.show(this::text);
            }
        } catch (LineTooLongException e) {
            answers.fail(
                    e.lineNumber(),
                    new CommandFailedException("it is longer than " + MAX_LINE_BYTES + " bytes"));
        } finally {
            finish();
        }
        requireAllStored("line");
        return answers.acknowledged();
    }

    /**
     * Sends each text as a record.
     *
     * @throws CommandFailedException naming the first that is not stored
     */
    void sendTexts(List<String> texts) throws IOException, InterruptedException {
        for (String text : texts) {
            byte[] value = text.getBytes(UTF_8);
            answers.send(maker.ofValue(value));
            sentBytes += value.length;
        }
        finish();
        requireAllStored("message");
    }

    private void finish() throws InterruptedException {
        answers.awaitAll();
        progress.end();
    }

    private void requireAllStored(String what) throws CommandFailedException {
        Optional<Answers.Failure> failure = answers.firstFailure();
        if (failure.isPresent()) {
            Throwable cause = failure.get().cause();
            throw new CommandFailedException(
                    "%s %d is not stored: %s. Of the %d that were sent, %d are stored"
                            .formatted(
                                    what,
                                    failure.get().number(),
                                    cause.getMessage(),
                                    answers.sent(),
                                    answers.acknowledged()),
                    cause);
        }
    }

    private String text(long nanos) {
        return String.format(
                Locale.ROOT,
                "%d records, %.0f MB, %.1f MB/s",
                answers.acknowledged(),
                sentBytes / 1e6,
                sentBytes * 1e3 / Math.max(nanos, 1));
    }

    /** What came of it, for people. */
    String summary() {
        long nanos = progress.elapsedNanos();
        return String.format(
                Locale.ROOT,
                "stored %d records, %d bytes, in %.2f s: %.1f MB/s",
                answers.acknowledged(),
                sentBytes,
                nanos / 1e9,
                sentBytes * 1e3 / Math.max(nanos, 1));
    }
}
