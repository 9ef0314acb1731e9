// SPDX-License-Identifier: Apache-2.0
package io.taffrail.simulation.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** How many bytes of a call are on their way or not taken by their receiver: its window. */
final class Outbox {
    private static final int WINDOW_BYTES = 64 * 1024;

    private long outstanding;

    boolean isReady() {
        return outstanding < WINDOW_BYTES;
    }

    void sent(int bytes) {
        outstanding += bytes;
    }

    /** The receiver took some; true if that made it ready. */
    boolean taken(int bytes) {
        boolean before = isReady();
        outstanding -= bytes;
        return !before && isReady();
    }

    static byte[] bytesOf(InputStream marshalled) {
        try (marshalled) {
            return marshalled.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
