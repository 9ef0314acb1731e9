// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows under headings, each column as wide as it needs to be. A column of numbers is aligned to the
 * right, any other to the left; an empty cell is shown as a dash, so that every row has as many
 * words as there are columns.
 */
public final class Table {
    private static final String GAP = "  ";
    private static final String NOTHING = "-";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] textual;
    private final boolean[] numeric;

    /** A table without rows. */
    public Table(String... headings) {
        rows.add(List.of(headings));
        textual = new boolean[headings.length];
        numeric = new boolean[headings.length];
    }

    /** Adds a row: a cell for each column. */
    public void row(Object... cells) {
        if (cells.length != textual.length) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + textual.length + " columns");
        }
        for (int column = 0; column < cells.length; column++) {
            boolean number = cells[column] instanceof Number;
            numeric[column] |= number;
            textual[column] |= !number && !text(cells[column]).equals(NOTHING);
        }
        rows.add(Stream.of(cells).map(Table::text).toList());
    }

    private static String text(Object cell) {
        String text = cell.toString();
        return text.isEmpty() ? NOTHING : text;
    }

    /** Writes the headings and all rows. */
    public void writeTo(OutputStream out) throws IOException {
        int[] widths = widths();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String padding = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? "" : GAP)
                        .append(isOfNumbers(column) ? padding + cell : cell + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        out.write(text.toString().getBytes(UTF_8));
    }

    private boolean isOfNumbers(int column) {
        return numeric[column] && !textual[column];
    }

    private int[] widths() {
        int[] widths = new int[textual.length];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return widths;
    }
}
