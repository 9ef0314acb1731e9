// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.cli.records.LineReader.LineTooLongException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Property(tries = 300)
    void splitsAsTheObviousWayDoes(@ForAll List<Byte> drawn, @ForAll Random random)
            throws Exception {
        StringBuilder text = new StringBuilder();
        for (byte b : drawn) {
            text.append(b % 5 == 0 ? '\n' : (char) (b & 0xFF));
        }
        String bytes = text.toString();

        assertThat(split(new Trickle(bytes, random), 1 << 20)).isEqualTo(obviously(bytes));
    }

    private static List<String> obviously(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    private static List<String> split(InputStream in, int maxLineBytes)
            throws IOException, LineTooLongException {
        LineReader reader = new LineReader(in, maxLineBytes);
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            lines.add(ISO_8859_1.decode(reader.line().duplicate()).toString());
            assertThat(reader.lineNumber()).isEqualTo(lines.size());
        }
        return lines;
    }

    @Test
    void linesLongerThanTheBufferComeWhole() throws Exception {
        String longLine = "x".repeat(5_000_000);
        String text = "a\n" + longLine + "\nb\n" + longLine;

        assertThat(split(new Trickle(text, new Random(1)), 1 << 27))
                .containsExactly("a", longLine, "b", longLine);
    }

    @Test
    void aLineThatIsTooLongIsNamedAndThoseBeforeItAreThere() throws Exception {
        LineReader reader = new LineReader(new Trickle("a\n\nabcd\nb", new Random(1)), 3);

        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        LineTooLongException.class, e -> assertThat(e.lineNumber()).isEqualTo(3));
    }

    @Test
    void anEndlessLineIsNotReadToItsEnd() {
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return 'x';
                    }
                };

        assertThatThrownBy(() -> new LineReader(endless, 3_000_000).next())
                .isInstanceOf(LineTooLongException.class);
    }

    /** Gives a few bytes at a time. */
    private static final class Trickle extends ByteArrayInputStream {
        private final Random random;

        Trickle(String text, Random random) {
            super(text.getBytes(ISO_8859_1));
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            int most = count > 1000 ? 300_000 : 20;
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
        }
    }
}
