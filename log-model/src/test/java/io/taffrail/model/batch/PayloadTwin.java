// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload rules once more, slowly: every message is first taken apart into a list of fields by
 * the wire format alone, and then each rule is asked of the list.
 */
final class PayloadTwin {
    private final byte[] bytes;
    private int at;

    private PayloadTwin(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Not a payload. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
    }

    private record Field(int number, int wireType, long varint, ByteBuffer bytes) {}

    static List<WalkerVerdict.Seen> records(byte[] payload) throws Refused {
        List<WalkerVerdict.Seen> records = new ArrayList<>();
        int offsetDelta = -1;
        for (Field record : fields(payload)) {
            require(record.number == 1 && record.wireType == 2);
            List<Field> fields = fields(Entries.bytes(record.bytes));
            requireShape(fields, List.of(2, 2, 2, 0, 0), 3);
            for (Field header : only(fields, 3)) {
                List<Field> parts = fields(Entries.bytes(header.bytes));
                requireShape(parts, List.of(2, 2), 0);
                for (Field key : only(parts, 1)) {
                    requireUtf8(key.bytes);
                }
            }
            long delta = offsetDelta + 1L;
            for (Field explicit : only(fields, 5)) {
                delta = explicit.varint;
            }
            require(delta > offsetDelta && delta <= Integer.MAX_VALUE);
            offsetDelta = (int) delta;
            long zigzag = 0;
            for (Field timestamp : only(fields, 4)) {
                zigzag = timestamp.varint;
            }
            long timestampDelta = (zigzag & 1) == 0 ? zigzag >>> 1 : ~(zigzag >>> 1);
            records.add(
                    new WalkerVerdict.Seen(
                            !only(fields, 1).isEmpty(), offsetDelta, timestampDelta));
        }
        return records;
    }

    private static List<Field> only(List<Field> fields, int number) {
        return fields.stream().filter(field -> field.number == number).toList();
    }

    private static void requireShape(List<Field> fields, List<Integer> wireTypes, int repeated)
            throws Refused {
        int before = 0;
        for (Field field : fields) {
            require(field.number > before || (field.number == before && before == repeated));
            require(field.number <= wireTypes.size());
            require(field.wireType == wireTypes.get(field.number - 1));
            before = field.number;
        }
    }

    private static void requireUtf8(ByteBuffer key) throws Refused {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(key);
        } catch (CharacterCodingException e) {
            throw new Refused();
        }
    }

    private static List<Field> fields(byte[] message) throws Refused {
        List<Field> fields = new ArrayList<>();
        PayloadTwin reader = new PayloadTwin(message);
        while (reader.at < message.length) {
            fields.add(reader.field());
        }
        return fields;
    }

    private Field field() throws Refused {
        long tag = varint();
        require(tag >>> 3 > 0 && tag >>> 3 <= 5); // no field of a higher number is known
        int wireType = (int) (tag & 7);
        require(wireType == 0 || wireType == 2);
        long value = varint();
        if (wireType == 0) {
            return new Field((int) (tag >>> 3), 0, value, null);
        }
        require(value >= 0 && value <= bytes.length - at);
        at += (int) value;
        ByteBuffer content = ByteBuffer.wrap(bytes, at - (int) value, (int) value).slice();
        return new Field((int) (tag >>> 3), 2, 0, content);
    }

    private long varint() throws Refused {
        int from = at;
        BigInteger value = BigInteger.ZERO;
        do {
            require(at < bytes.length);
            value = value.or(BigInteger.valueOf(bytes[at] & 0x7F).shiftLeft(7 * (at - from)));
        } while (bytes[at++] < 0);
        require(value.bitLength() <= 64);
        require(at - from == Math.max(1, (value.bitLength() + 6) / 7));
        return value.longValue();
    }

    private static void require(boolean holds) throws Refused {
        if (!holds) {
            throw new Refused();
        }
    }
}
