// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli;

import java.util.Locale;

/** How far work is, as a bar of text. */
public final class ProgressBar {
    private static final int WIDTH = 30;

    private ProgressBar() {}

    /**
     * The bar with its percentage. Only work that is done shows 100 %.
     *
     * @param fraction from 0 to 1; what is outside is taken as the nearer of them
     */
    public static String of(double fraction) {
        double within = Math.min(1, Math.max(0, fraction));
        int filled = (int) (within * WIDTH);
        return "[%s%s] %3d%%"
                .formatted("#".repeat(filled), ".".repeat(WIDTH - filled), (int) (within * 100));
    }

    /** A number of bytes, in a unit that suits it. */
    public static String bytes(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        }
        if (bytes < 1_000_000_000) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
