// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that anybody tries, out of the source tree. */
class QuickstartIT {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir private Path folder;

    @Test
    void showsTheStepsAndLeavesNothingBehind() throws Exception {
        assumeTrue(isBuilt(), "the launcher would build the tree first: mvn verify does that");
        Path out = folder.resolve("out");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Process process = quickstart(out, temporary);
        try {
            assertThat(process.waitFor(400, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(out);
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text)
                .containsSubsequence(
                        "Starting three nodes",
                        "Making the topic",
                        "Producing",
                        "equal in all of",
                        "Killing the leader",
                        "writes stood still for",
                        "none lost, none twice, all in order",
                        "equal in all of",
                        "Letting it catch up ... it is in sync",
                        "All went well")
                .doesNotContain("\tat ");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).as("files that are left").isEmpty();
        }
        assertThat(processesOf(temporary)).as("processes that are left").isEmpty();
    }

    /** Whether nothing is newer than what the launcher starts. */
    private static boolean isBuilt() throws IOException {
        Path classPath = ROOT.resolve("cli/target/classpath");
        if (!Files.exists(classPath)) {
            return false;
        }
        FileTime built = Files.getLastModifiedTime(classPath);
        try (Stream<Path> files =
                Files.find(ROOT, 30, (file, of) -> isNewSource(file, of, built))) {
            return files.findAny().isEmpty();
        }
    }

    private static boolean isNewSource(Path file, BasicFileAttributes of, FileTime built) {
        String name = ROOT.relativize(file).toString();
        return of.isRegularFile()
                && (name.contains("/src/main/") || name.endsWith("pom.xml"))
                && !name.contains("/target/")
                && of.lastModifiedTime().compareTo(built) > 0;
    }

    private static Process quickstart(Path out, Path temporary) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                ROOT.resolve("bin/taffrail").toString(), "quickstart", "--no-wait")
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TAFFRAIL_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        return builder.start();
    }

    private static List<String> processesOf(Path directory) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }
}
