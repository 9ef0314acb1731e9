// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.taffrail.api.internal.v1.BrokerRegistration;
import io.taffrail.api.internal.v1.PartitionState;
import io.taffrail.api.internal.v1.TopicState;
import io.taffrail.api.v1.BrokerEndpoint;
import io.taffrail.model.HostPort;
import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.BrokerEntry;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataVersion;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.PartitionerType;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicEntry;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MetadataTranslatorTest {
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void aChangeComesBackAsItWas(@ForAll("changes") MetadataChange change) {
        assertThat(MetadataTranslator.toModel(MetadataTranslator.toProto(change))).contains(change);
    }

    @Property
    void aVersionComesBackAsItWas(@ForAll long term, @ForAll long index) {
        MetadataVersion version = new MetadataVersion(term, index);
        assertThat(MetadataTranslator.toModel(MetadataTranslator.toProto(version)))
                .isEqualTo(version);
    }

    @Provide
    Arbitrary<MetadataChange> changes() {
        return Arbitraries.oneOf(
                brokers().map(MetadataChange.BrokerChanged::new),
                Arbitraries.integers().map(MetadataChange.BrokerRemoved::new),
                topics().map(MetadataChange.TopicChanged::new),
                topicIds().map(MetadataChange.TopicDeleted::new),
                partitions().map(MetadataChange.PartitionChanged::new),
                Arbitraries.integers().map(MetadataChange.FeatureLevelChanged::new));
    }

    private static Arbitrary<TopicId> topicIds() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(TopicId::new);
    }

    private static Arbitrary<DirectoryId> directoryIds() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as((most, least) -> new DirectoryId(new UUID(most, least)));
    }

    private static Arbitrary<BrokerEntry> brokers() {
        Arbitrary<List<BrokerEntry.Directory>> directories =
                Combinators.combine(directoryIds(), Arbitraries.of(true, false))
                        .as(BrokerEntry.Directory::new)
                        .list()
                        .uniqueElements(BrokerEntry.Directory::id)
                        .ofMaxSize(3);
        Arbitrary<List<Endpoint>> endpoints =
                Combinators.combine(
                                Arbitraries.of(Endpoint.Kind.class),
                                Arbitraries.of("::1", "host", "10.0.0.1"),
                                Arbitraries.integers().between(0, 65535))
                        .as((kind, host, port) -> new Endpoint(kind, new HostPort(host, port)))
                        .list()
                        .ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.longs(),
                        directories,
                        endpoints,
                        Arbitraries.of("a", "b").optional(),
                        Arbitraries.integers().between(0, 15))
                .as(
                        (number, dirs, addresses, rack, flags) ->
                                new BrokerEntry(
                                        (int) (number >>> 40),
                                        number,
                                        new UUID(number, ~number),
                                        addresses,
                                        rack,
                                        dirs,
                                        number.intValue(),
                                        (int) (number >> 8),
                                        "v" + number,
                                        number ^ 77,
                                        (flags & 1) != 0,
                                        (flags & 2) != 0,
                                        (flags & 4) != 0,
                                        (flags & 8) != 0));
    }

    private static Arbitrary<TopicEntry> topics() {
        Arbitrary<Map<String, String>> configs =
                Arbitraries.maps(
                                Arbitraries.strings().alpha().ofMaxLength(9),
                                Arbitraries.strings()
                                        .ofMaxLength(9)
                                        .filter(
                                                text ->
                                                        text.codePoints()
                                                                .noneMatch(
                                                                        c ->
                                                                                c >= 0xD800
                                                                                        && c
                                                                                                < 0xE000)))
                        .ofMaxSize(4);
        return Combinators.combine(topicIds(), configs, Arbitraries.integers().between(1, 9))
                .as(
                        (id, own, factor) ->
                                new TopicEntry(
                                        id,
                                        "topic" + factor,
                                        new TreeMap<>(own),
                                        PartitionerType.MURMUR2,
                                        factor));
    }

    private static Arbitrary<PartitionEntry> partitions() {
        Arbitrary<ReplicaEntry> replica =
                Combinators.combine(
                                Arbitraries.integers().between(0, 5),
                                directoryIds(),
                                Arbitraries.of(true, false),
                                Arbitraries.of(ReplicaFault.class),
                                Arbitraries.longs())
                        .as(ReplicaEntry::new);
        Arbitrary<List<Integer>> ids = Arbitraries.integers().between(0, 5).list().ofMaxSize(4);
        return Combinators.combine(
                        topicIds(), replica.list().ofMaxSize(3), ids, ids, Arbitraries.integers())
                .as(
                        (id, replicas, isr, others, number) ->
                                new PartitionEntry(
                                        id,
                                        number & 0xff,
                                        replicas,
                                        isr.isEmpty()
                                                ? OptionalInt.empty()
                                                : OptionalInt.of(isr.get(0)),
                                        number,
                                        (long) number << 9,
                                        isr,
                                        others,
                                        replicas,
                                        number & 7,
                                        number % 2 == 0,
                                        others,
                                        isr));
    }

    private static io.taffrail.api.internal.v1.MetadataChange.Builder change() {
        return io.taffrail.api.internal.v1.MetadataChange.newBuilder();
    }

    @Test
    void aChangeThatOnlyALaterVersionKnowsIsLeftOut() {
        assertThat(MetadataTranslator.toModel(change().build())).isEmpty();
    }

    @Test
    void anEndpointOfALaterVersionIsLeftOutAndALaterFaultIsAFault() {
        BrokerRegistration broker =
                BrokerRegistration.newBuilder()
                        .setIncarnationId(DirectoryIdTranslator.toProto(new UUID(1, 1)))
                        .addEndpoints(
                                BrokerEndpoint.newBuilder().setKindValue(99).setAddress("h:1"))
                        .build();
        MetadataChange read =
                MetadataTranslator.toModel(change().setBroker(broker).build()).orElseThrow();
        assertThat(((MetadataChange.BrokerChanged) read).broker().endpoints()).isEmpty();
        assertThat(ReplicaTranslator.toModel(io.taffrail.api.internal.v1.ReplicaFault.UNRECOGNIZED))
                .isEqualTo(ReplicaFault.CORRUPT);
    }

    @Test
    void whatIsMalformedIsRefused() {
        ByteString shortId = ByteString.copyFromUtf8("short");
        ByteString id = TopicIdTranslator.toProto(new TopicId(1, 1));
        for (var malformed :
                List.of(
                        change().setDeletedTopicId(shortId),
                        change().setTopic(TopicState.newBuilder().setTopicId(id).setTopic("t")),
                        change().setPartition(
                                        PartitionState.newBuilder()
                                                .setTopicId(id)
                                                .setLeaderId(1)))) {
            assertThatThrownBy(() -> MetadataTranslator.toModel(malformed.build()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
