// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

/**
 * Whether bytes are UTF-8 as RFC 3629 has it, told byte by byte, so that it works on a stream and
 * without an allocation: no overlong forms, no surrogates, nothing above U+10FFFF. Protobuf's
 * parsers refuse the same.
 */
final class Utf8Check {
    /** Between two characters: where a check begins, and where it must end. */
    static final int COMPLETE = 0;

    static final int INVALID = -1;

    // The other states say which bytes may follow, by table 3-7 of the Unicode Standard.
    private static final int ONE_MORE = 1;
    private static final int TWO_MORE = 2;
    private static final int THREE_MORE = 3;
    private static final int AFTER_E0 = 4;
    private static final int AFTER_ED = 5;
    private static final int AFTER_F0 = 6;
    private static final int AFTER_F4 = 7;

    private Utf8Check() {}

    static int next(int state, byte b) {
        int x = b & 0xFF;
        return switch (state) {
            case COMPLETE -> x < 0x80 ? COMPLETE : afterLead(x);
            case ONE_MORE -> within(x, 0x80, 0xBF, COMPLETE);
            case TWO_MORE -> within(x, 0x80, 0xBF, ONE_MORE);
            case THREE_MORE -> within(x, 0x80, 0xBF, TWO_MORE);
            case AFTER_E0 -> within(x, 0xA0, 0xBF, ONE_MORE);
            case AFTER_ED -> within(x, 0x80, 0x9F, ONE_MORE);
            case AFTER_F0 -> within(x, 0x90, 0xBF, TWO_MORE);
            case AFTER_F4 -> within(x, 0x80, 0x8F, TWO_MORE);
            default -> INVALID;
        };
    }

    private static int afterLead(int x) {
        if (x < 0xC2 || x > 0xF4) {
            return INVALID;
        }
        if (x < 0xE0) {
            return ONE_MORE;
        }
        if (x < 0xF0) {
            return x == 0xE0 ? AFTER_E0 : x == 0xED ? AFTER_ED : TWO_MORE;
        }
        return x == 0xF0 ? AFTER_F0 : x == 0xF4 ? AFTER_F4 : THREE_MORE;
    }

    private static int within(int x, int first, int last, int then) {
        return first <= x && x <= last ? then : INVALID;
    }
}
