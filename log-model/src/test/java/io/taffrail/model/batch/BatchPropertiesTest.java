// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class BatchPropertiesTest {
    private static final BatchValidator VALIDATOR =
            new BatchValidator(new BatchLimits(1 << 24, 1 << 24, false));

    /** A record as it is given to the builder. */
    record Given(long timestampMs, ByteBuffer key, ByteBuffer value, List<RecordHeader> headers) {
        Entries.Plain at(int offsetDelta, long baseTimestampMs) {
            return new Entries.Plain(
                    offsetDelta, timestampMs - baseTimestampMs, key, value, headers);
        }
    }

    @Provide
    Arbitrary<List<Given>> records() {
        Arbitrary<ByteBuffer> bytes =
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofMaxSize(300)
                        .map(ByteBuffer::wrap)
                        .injectNull(0.1);
        Arbitrary<RecordHeader> header =
                Combinators.combine(
                                Arbitraries.strings()
                                        .withCharRange('\0', '\uD7FF')
                                        .withChars('\uE000', '\uFFFF')
                                        .ofMaxLength(50),
                                Arbitraries.bytes().array(byte[].class).ofMaxSize(200))
                        .as(RecordHeader::of);
        Arbitrary<Long> timestamps =
                Arbitraries.longs().between(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
        return Combinators.combine(timestamps, bytes, bytes, header.list().ofMaxSize(4))
                .as(Given::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 400)
    void whatWasBuiltIsValidAndReadBack(
            @ForAll("records") List<Given> given, @ForAll Compression compression)
            throws Exception {
        ProducedBatch batch = build(given, compression);
        assertThat(VALIDATOR.validate(batch)).isEmpty();

        ByteBuffer entry = Entries.entry(batch);
        assertThat(Entries.check(entry)).isEqualTo(EntryCheck.VALID);
        assertThat(VALIDATOR.validate(ProducedBatch.fromEntry(entry))).isEmpty();
        List<Entries.Plain> expected = new ArrayList<>();
        for (Given record : given) {
            expected.add(record.at(expected.size(), given.get(0).timestampMs()));
        }
        assertThat(Entries.records(Entries.payload(entry))).isEqualTo(expected);
    }

    @Property(tries = 200)
    void compactionKeepsWhatIsChosen(
            @ForAll("records") List<Given> given,
            @ForAll Compression compression,
            @ForAll @Size(40) List<Boolean> kept)
            throws Exception {
        ByteBuffer entry = Entries.entry(build(given, compression));
        EntryRewriter rewriter = new EntryRewriter(Entries.TOPIC, Entries.PARTITION, 1 << 24);
        Optional<ByteBuffer> rewritten =
                rewriter.rewrite(
                        entry, 0, (record, offset) -> kept.get(record.offsetDelta()), true);
        assertThat(Entries.check(rewritten.orElseThrow())).isEqualTo(EntryCheck.VALID);
        assertThat(Entries.records(Entries.payload(rewritten.orElseThrow())))
                .isEqualTo(
                        Entries.records(Entries.payload(entry)).stream()
                                .filter(record -> kept.get(record.offsetDelta()))
                                .toList());
    }

    @Property(tries = 1500)
    void walkersAndTheirTwinAgreeOnMutatedPayloads(
            @ForAll("records") List<Given> given, @ForAll Random random) throws Exception {
        List<Given> few = given.subList(0, Math.min(given.size(), 3));
        byte[] payload = Entries.bytes(build(few, Compression.NONE).records());
        byte[] mutated = Mutations.mutate(payload, random);
        assertAgreement(mutated);
        assertAgreement(withRecordsBehind(mutated));
    }

    @Property(tries = 4000)
    void walkersAndTheirTwinAgreeOnAnything(@ForAll Random random) throws Exception {
        byte[] anything = Mutations.random(40, random);
        assertAgreement(anything);
        assertAgreement(withRecordsBehind(anything));
    }

    /** So that the cursor is far from the end, where it reads whole words. */
    private static byte[] withRecordsBehind(byte[] payload) {
        byte[] longer = Arrays.copyOf(payload, payload.length + 20);
        for (int at = payload.length; at < longer.length; at += 2) {
            longer[at] = RecordFields.RECORDS_TAG;
        }
        return longer;
    }

    private static void assertAgreement(byte[] payload) throws Exception {
        WalkerVerdict cursor = WalkerVerdict.ofCursor(ByteBuffer.wrap(payload));
        WalkerVerdict stream = WalkerVerdict.ofStream(ByteBuffer.wrap(payload));
        assertThat(stream.accepted()).isEqualTo(cursor.accepted());
        assertThat(stream.records()).isEqualTo(cursor.records());
        if (!cursor.cutShort()) { // a stream finds other faults before it finds its end
            assertThat(stream.error()).isEqualTo(cursor.error());
        }
        List<WalkerVerdict.Seen> twin = twin(payload);
        assertThat(twin != null).isEqualTo(cursor.accepted());
        if (twin != null) {
            assertThat(cursor.records()).isEqualTo(twin);
        }
    }

    private static List<WalkerVerdict.Seen> twin(byte[] payload) {
        try {
            return PayloadTwin.records(payload);
        } catch (PayloadTwin.Refused e) {
            return null;
        }
    }

    @Property(tries = 4000)
    void utf8IsWhatTheJdkDecodes(@ForAll Random random) {
        byte[] text = new byte[random.nextInt(6)];
        random.nextBytes(text);
        for (int n = 0; n < text.length; n++) { // mostly bytes that can be part of a character
            text[n] = (byte) (random.nextInt(4) == 0 ? text[n] : 0x80 + random.nextInt(0x78));
        }
        int state = Utf8Check.COMPLETE;
        for (byte b : text) {
            state = Utf8Check.next(state, b);
        }
        assertThat(state == Utf8Check.COMPLETE).isEqualTo(decodes(text));
    }

    private static boolean decodes(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static ProducedBatch build(List<Given> given, Compression compression) {
        RecordBatchBuilder builder = new RecordBatchBuilder(compression).producer(9, 1, 3);
        for (Given record : given) {
            builder.append(record.timestampMs(), record.key(), record.value(), record.headers());
        }
        return builder.build();
    }
}
