// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text cut to a number of bytes in UTF-8, between characters, with a mark that says so. */
final class BoundedText {
    private static final String MARK = "…";
    private static final int MARK_BYTES = MARK.getBytes(UTF_8).length;

    private BoundedText() {}

    static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    /** Of at most {@code maxBytes}, and none where not even the mark has room. */
    static String cut(String text, int maxBytes) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length <= maxBytes) {
            return new String(bytes, UTF_8); // what is not Unicode has become a question mark
        }
        if (maxBytes < MARK_BYTES) {
            return "";
        }
        int end = maxBytes - MARK_BYTES;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--; // into a character
        }
        return new String(bytes, 0, end, UTF_8) + MARK;
    }
}
