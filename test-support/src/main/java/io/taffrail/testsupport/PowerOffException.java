// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.io.IOException;

/**
 * The simulated machine is off, or was since the file was opened. Whoever sees it is, for the
 * simulation, no longer there.
 */
public final class PowerOffException extends IOException {
    private static final long serialVersionUID = 1;

    PowerOffException(String what) {
        super("power is off: " + what);
    }
}
