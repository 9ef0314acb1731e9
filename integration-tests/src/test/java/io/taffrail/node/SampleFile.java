// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A file of lines such as people have, and such as they have seldom: source code, words of several
 * languages, empty lines, lines of 100 KB, carriage returns, bytes that are no text. The same for
 * the same seed and sources. The last line has no newline.
 */
public final class SampleFile {
    private static final int LONG_LINE_BYTES = 100_000;
    private static final int LONG_LINE_EVERY_BYTES = 3 << 20;
    private static final String[] WORDS = {
        "log",
        "naïve",
        "Übergröße",
        "záloha",
        "лог",
        "журнал",
        "海図",
        "羅針盤",
        "🚢",
        "⚓️",
        "مرساة",
        "offset",
        "sail",
        "tab\there",
        " ",
        "\"quoted\"",
        "{}",
        "a=b",
        "\\n",
        "null"
    };

    private final Random random;
    private final List<byte[]> code;

    private SampleFile(long seed) throws IOException {
        this.random = new Random(seed);
        this.code = linesOfCode();
    }

    /** Writes at least so many bytes to {@code file}. */
    public static void write(Path file, long bytes, long seed) throws IOException {
        SampleFile sample = new SampleFile(seed);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            sample.write(out, bytes);
        }
    }

    private void write(OutputStream out, long bytes) throws IOException {
        long written = 0;
        long nextLongLine = LONG_LINE_EVERY_BYTES / 2;
        while (written < bytes) {
            byte[] line = nextLine();
            if (written >= nextLongLine) {
                line = words(LONG_LINE_BYTES);
                nextLongLine += LONG_LINE_EVERY_BYTES;
            }
            out.write(line);
            out.write('\n');
            written += line.length + 1;
        }
        out.write("the last line ends without a newline".getBytes(UTF_8));
    }

    private byte[] nextLine() {
        int kind = random.nextInt(100);
        if (kind < 60) {
            return code.get(random.nextInt(code.size()));
        }
        if (kind < 93) {
            return words(1 + random.nextInt(300));
        }
        if (kind < 98) {
            return new byte[0];
        }
        byte[] noText = new byte[1 + random.nextInt(40)];
        random.nextBytes(noText);
        for (int i = 0; i < noText.length; i++) {
            noText[i] = noText[i] == '\n' ? (byte) '\r' : noText[i];
        }
        return noText;
    }

    private byte[] words(int length) {
        StringBuilder line = new StringBuilder();
        while (line.length() < length) {
            line.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        return line.toString().getBytes(UTF_8);
    }

    private static List<byte[]> linesOfCode() throws IOException {
        List<byte[]> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            for (Path file : files.filter(SampleFile::isCode).sorted().toList()) {
                Files.readString(file).lines().forEach(line -> lines.add(line.getBytes(UTF_8)));
            }
        }
        return lines;
    }

    private static boolean isCode(Path file) {
        return file.toString().endsWith(".java");
    }
}
