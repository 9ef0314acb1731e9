// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** Checks that stay on in production. */
public final class Invariants {
    private Invariants() {}

    /**
     * Throws unless {@code holds}.
     *
     * @throws BrokenInvariantException saying what was expected and what was found
     */
    @FormatMethod
    public static void check(boolean holds, @FormatString String message, Object... args) {
        if (!holds) {
            throw new BrokenInvariantException(String.format(message, args));
        }
    }
}
