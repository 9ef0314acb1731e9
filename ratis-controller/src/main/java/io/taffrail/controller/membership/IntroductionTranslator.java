// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import io.taffrail.api.internal.v1.IntroduceResponse;
import io.taffrail.controller.quorum.PeerName;
import io.taffrail.model.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Introductions to and from their message. */
public final class IntroductionTranslator {
    private IntroductionTranslator() {}

    public static IntroduceResponse toProto(Introduction introduction) {
        IntroduceResponse.Builder proto =
                IntroduceResponse.newBuilder()
                        .setPeerId(introduction.name().toString())
                        .setRaftAddress(introduction.self().raftAddress().toString())
                        .setApiAddress(introduction.self().apiAddress().toString())
                        .addAllControllers(introduction.controllers())
                        .setRunning(introduction.running())
                        .addAllMemberIds(texts(introduction.configuration().members()))
                        .setConfigurationIndex(introduction.configuration().index());
        introduction.written().ifPresent(group -> proto.setFormation(toProto(group)));
        return proto.build();
    }

    private static io.taffrail.api.internal.v1.Formation toProto(FormedGroup group) {
        return io.taffrail.api.internal.v1.Formation.newBuilder()
                .setClusterId(group.clusterId().toString())
                .addAllPeerIds(texts(group.names()))
                .build();
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Introduction toModel(IntroduceResponse proto) {
        return new Introduction(
                new GroupPeer(
                        PeerName.parse(proto.getPeerId()),
                        HostPort.parse(proto.getRaftAddress()),
                        HostPort.parse(proto.getApiAddress())),
                proto.getControllersList(),
                proto.hasFormation()
                        ? Optional.of(
                                new FormedGroup(
                                        UUID.fromString(proto.getFormation().getClusterId()),
                                        names(proto.getFormation().getPeerIdsList())))
                        : Optional.empty(),
                proto.getRunning(),
                new GroupConfiguration(
                        proto.getConfigurationIndex(), names(proto.getMemberIdsList())));
    }

    private static List<String> texts(List<PeerName> names) {
        return names.stream().map(PeerName::toString).toList();
    }

    private static List<PeerName> names(List<String> texts) {
        return texts.stream().map(PeerName::parse).toList();
    }
}
