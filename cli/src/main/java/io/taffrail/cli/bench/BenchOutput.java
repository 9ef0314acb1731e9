// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.bench;

import io.taffrail.cli.OutputFormat;
import java.io.IOException;
import java.io.OutputStream;
import picocli.CommandLine.Option;

/** The option {@code -o} of benchmarks. */
final class BenchOutput {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            completionCandidates = OutputFormat.Names.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. json: one object. Default: ${DEFAULT-VALUE}.")
    private OutputFormat output;

    void show(Figures figures, OutputStream out) throws IOException {
        if (output == OutputFormat.JSON) {
            FiguresPrinter.writeJson(figures, out);
        } else {
            FiguresPrinter.writeTable(figures, out);
        }
    }
}
