// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import picocli.CommandLine.Option;

/** The option {@code -o} of commands that show something. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            completionCandidates = OutputFormat.Names.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}. json: one object a line, with the names of the"
                            + " messages in the .proto files, as protobuf writes them in JSON."
                            + " Default: ${DEFAULT-VALUE}.")
    private OutputFormat output;

    /** Whether a program reads what is shown. */
    public boolean json() {
        return output == OutputFormat.JSON;
    }
}
