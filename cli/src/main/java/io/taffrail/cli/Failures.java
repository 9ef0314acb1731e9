// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import io.taffrail.cli.StandardOutput.ReaderGoneException;
import io.taffrail.client.TaffrailException;
import io.taffrail.logstore.files.DiskFullException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on stderr, in one sentence, why a command ended, and with which exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    static final String STACKTRACE = "--stacktrace";

    private final PrintStream err;

    Failures(PrintStream err) {
        this.err = err;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        Exception cause = e instanceof UncheckedIOException ? (IOException) e.getCause() : e;
        if (cause instanceof ReaderGoneException) {
            return ExitCode.OK; // as when head has its ten lines
        }
        err.println(command.getCommandSpec().qualifiedName() + ": " + sentence(cause));
        if (stacktraceWanted(parsed)) {
            cause.printStackTrace(err);
        }
        return ExitCode.SOFTWARE;
    }

    private static boolean stacktraceWanted(ParseResult parsed) {
        for (ParseResult at = parsed; at != null; at = at.subcommand()) {
            if (at.hasMatchedOption(STACKTRACE)) {
                return true;
            }
        }
        return false;
    }

    private static String sentence(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof DiskFullException && !(e instanceof CommandFailedException)) {
                return cause.getMessage() + ": make room there, then try again";
            }
        }
        if (e instanceof NoSuchFileException file) {
            return file.getFile() + ": there is no such file or directory";
        }
        if (e instanceof AccessDeniedException file) {
            return file.getFile() + ": permission denied";
        }
        if (e instanceof NotDirectoryException file) {
            return file.getFile() + ": not a directory";
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        if (e instanceof TaffrailException refused) {
            return Advice.sentence(refused);
        }
        if (e instanceof CommandFailedException) {
            return e.getMessage() + Advice.behind(e.getCause());
        }
        if (e instanceof IOException && e.getMessage() != null) {
            return e.getMessage();
        }
        return "a bug of this program: "
                + e
                + ". Run it again with "
                + STACKTRACE
                + " to see where";
    }
}
