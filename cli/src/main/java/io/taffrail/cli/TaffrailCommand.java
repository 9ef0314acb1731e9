// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands have in common. */
@Command(
        name = "taffrail",
        description = "A distributed log service.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        descriptionHeading = "%n",
        footerHeading = "%n",
        footer = "Exit codes: 0 it is done, 1 it failed, 2 it was called wrongly.",
        scope = ScopeType.INHERIT)
final class TaffrailCommand {
    @Option(
            names = Failures.STACKTRACE,
            description = "When it fails, show where in the program.",
            scope = ScopeType.INHERIT)
    @SuppressWarnings("UnusedVariable") // Failures asks the parser for it
    private boolean stacktrace;
}
