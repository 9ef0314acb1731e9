// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.records.AcksNames;
import io.taffrail.cli.records.CompressionNames;
import io.taffrail.client.ProducerSettings;
import io.taffrail.model.Acks;
import io.taffrail.model.batch.Compression;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a benchmark produces. */
final class ProducerOptions {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--record-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Size of a record's value. Default: ${DEFAULT-VALUE}.")
    private int recordBytes;

    @Option(
            names = "--batch-bytes",
            paramLabel = "N",
            defaultValue = "65536",
            description =
                    "A batch is sent when it reaches so many bytes. Default: ${DEFAULT-VALUE}.")
    private int batchBytes;

    @Option(
            names = "--linger-ms",
            paramLabel = "MS",
            defaultValue = "5",
            description = "How long a batch waits for more records. Default: ${DEFAULT-VALUE}.")
    private int lingerMs;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            completionCandidates = CompressionNames.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. Values are random letters. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Compression compression;

    @Option(
            names = "--acks",
            paramLabel = "WHO",
            defaultValue = "all",
            completionCandidates = AcksNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Acks acks;

    /** At least {@code least}. */
    int recordBytes(int least) {
        if (recordBytes < least) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--record-bytes is " + recordBytes + ": allowed is " + least + " and above");
        }
        return recordBytes;
    }

    ProducerSettings settings() {
        try {
            return ProducerSettings.defaults()
                    .withAcks(acks)
                    .withBatchBytes(batchBytes)
                    .withLinger(Duration.ofMillis(lingerMs))
                    .withCompression(compression);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /** For people and programs, beside the figures. */
    String text() {
        return "%d-byte records, batches of %d bytes, linger %d ms, compression %s, acks %s"
                .formatted(
                        recordBytes,
                        batchBytes,
                        lingerMs,
                        compression.name().toLowerCase(Locale.ROOT),
                        acks.name().toLowerCase(Locale.ROOT));
    }
}
