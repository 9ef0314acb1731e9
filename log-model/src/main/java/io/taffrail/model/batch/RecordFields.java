// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import io.taffrail.model.LogError;

/**
 * The tags inside a payload, and why one that does not belong where it stands is refused. Both
 * walkers, {@link RecordCursor} and {@link RecordStreamWalker}, look for the known tags in
 * ascending order and come here with the first that does not fit.
 */
enum RecordFields {
    RECORDS("Records", 1),
    RECORD("Record", 5),
    HEADER("Header", 2);

    static final byte RECORDS_TAG = 0x0A;
    static final byte KEY_TAG = 0x0A;
    static final byte VALUE_TAG = 0x12;
    static final byte HEADERS_TAG = 0x1A;
    static final byte TIMESTAMP_DELTA_TAG = 0x20;
    static final byte OFFSET_DELTA_TAG = 0x28;
    static final byte HEADER_KEY_TAG = 0x0A;
    static final byte HEADER_VALUE_TAG = 0x12;

    private final String message;
    private final int highestField;

    RecordFields(String message, int highestField) {
        this.message = message;
        this.highestField = highestField;
    }

    /** Why a tag of this message cannot stand at {@code position} of the payload. */
    MalformedRecordsException unexpected(long tag, long position) {
        long field = tag >>> 3;
        int wireType = (int) tag & 7;
        boolean hasWireType = wireType <= 2 || wireType == 5; // 3 and 4 are groups; 6 and 7 nothing
        if (field == 0 || tag >>> 32 != 0 || !hasWireType) {
            return invalid("records", "no field begins with tag " + tag, position);
        }
        if (field <= highestField) {
            return invalid(
                    "records",
                    "field "
                            + field
                            + " of "
                            + message
                            + " is out of order, there twice or of wire type "
                            + wireType,
                    position);
        }
        return refused(
                LogError.UNSUPPORTED_FORMAT,
                "records",
                "field " + field + " of " + message + " is unknown",
                position);
    }

    static MalformedRecordsException cutShort(long position) {
        return invalid("records", "a field runs past the end of what holds it", position);
    }

    static MalformedRecordsException varintTooLong(long position) {
        return invalid("records", "a varint or a length is too large", position);
    }

    static MalformedRecordsException varintNotMinimal(long position) {
        return invalid("records", "a varint is longer than it needs to be", position);
    }

    static MalformedRecordsException headerKeyNotUtf8(long position) {
        return invalid("headers", "a header's key is not UTF-8", position);
    }

    static MalformedRecordsException offsetDeltaNotAscending(
            long delta, int before, long position) {
        return invalid(
                "offset_delta",
                "offset_delta " + delta + " does not follow " + before + " within 31 bits",
                position);
    }

    static MalformedRecordsException countDiffers(int expected, int found) {
        return new MalformedRecordsException(
                new BatchFault(
                        LogError.INVALID_BATCH,
                        "record_count",
                        "is " + expected + ", records are " + found));
    }

    private static MalformedRecordsException invalid(String field, String what, long position) {
        return refused(LogError.INVALID_BATCH, field, what, position);
    }

    private static MalformedRecordsException refused(
            LogError error, String field, String what, long position) {
        return new MalformedRecordsException(
                new BatchFault(error, field, what + ", at byte " + position + " of the payload"));
    }
}
