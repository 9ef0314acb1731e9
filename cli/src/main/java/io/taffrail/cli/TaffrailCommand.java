// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.model.HostPort;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            split = ",",
            defaultValue = "${env:TAFFRAIL_BOOTSTRAP:-localhost:9650}",
            converter = Address.class,
            description =
                    "Brokers to begin with, separated by commas: any of them is a door to the whole"
                            + " cluster. Default: TAFFRAIL_BOOTSTRAP, or else localhost:9650.",
            scope = ScopeType.INHERIT)
    private List<HostPort> bootstrap;

    List<HostPort> bootstrap() {
        return bootstrap;
    }

    /** Reads an address as people write it. */
    static final class Address implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return HostPort.parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
