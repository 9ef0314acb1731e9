// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileComparisonTest {
    @TempDir Path directory;

    private Optional<String> difference(String file, String... writes) throws IOException {
        return difference(directory, file, writes);
    }

    private static Optional<String> difference(Path directory, String file, String... writes)
            throws IOException {
        Path path = Files.writeString(directory.resolve("file"), file);
        try (FileComparison comparison = new FileComparison(path)) {
            for (String write : writes) {
                comparison.write(write.getBytes(UTF_8));
            }
            return comparison.difference();
        }
    }

    @Test
    void aLastLineWithoutANewlineIsTakenAsIfItHadOne() throws IOException {
        assertThat(difference("a\nb", "a\nb\n")).isEmpty();
        assertThat(difference("a\nb", "a\nb", "\n")).isEmpty();
        assertThat(difference("a\nb\n", "a\nb\n")).isEmpty();
        assertThat(difference("")).isEmpty();
    }

    @Test
    void saysWhereTheyPart() throws IOException {
        assertThat(difference("abcdef\n", "abc", "dXf\n")).hasValue("they part at byte 4");
        assertThat(difference("abc\n", "abc\nd")).hasValue("they part at byte 4");
        assertThat(difference("abc\n", "abc\n\n")).hasValue("they part at byte 4");
        assertThat(difference("abc", "abc\n\n")).hasValue("they part at byte 4");
        assertThat(difference("abc\nd\n", "abc\n"))
                .hasValue("it ends after 4 bytes, before the file does");
        assertThat(difference("a\n")).isPresent();
    }

    @Property(tries = 50)
    void itDoesNotMatterHowTheWritesAreCut(
            @ForAll @IntRange(min = 0, max = 30) int first,
            @ForAll @IntRange(min = 0, max = 30) int second)
            throws IOException {
        Path scratch = Files.createTempDirectory("comparison");
        String text = "the first line\nand the second\n";
        int one = Math.min(first, second);
        int two = Math.max(first, second);
        try {
            assertThat(
                            difference(
                                    scratch,
                                    text.stripTrailing(),
                                    text.substring(0, one),
                                    text.substring(one, two),
                                    text.substring(two)))
                    .isEmpty();
        } finally {
            Files.delete(scratch.resolve("file"));
            Files.delete(scratch);
        }
    }
}
