// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TableTest {
    private static String text(Table table) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.writeTo(out);
        return out.toString(UTF_8);
    }

    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() throws IOException {
        Table table = new Table("TOPIC", "PARTITIONS", "NOTES");
        table.row("orders", 12, "");
        table.row("a", 3, "no leader");

        assertThat(text(table))
                .isEqualTo(
                        """
                        TOPIC   PARTITIONS  NOTES
                        orders          12  -
                        a                3  no leader
                        """);
    }

    @Test
    void aNumberThatIsNotKnownLeavesItsColumnOneOfNumbers() throws IOException {
        Table table = new Table("PARTITION", "LEADER");
        table.row(0, "");
        table.row(1, 100L);

        assertThat(text(table))
                .isEqualTo("PARTITION  LEADER\n        0       -\n        1     100\n");
    }

    @Test
    void withoutRowsThereAreTheHeadings() throws IOException {
        assertThat(text(new Table("A", "B"))).isEqualTo("A  B\n");
    }

    @Test
    void refusesARowOfAnotherWidth() {
        Table table = new Table("A", "B");

        assertThatThrownBy(() -> table.row(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
