// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.api.DirectoryIdTranslator;
import io.taffrail.api.EndpointTranslator;
import io.taffrail.api.internal.v1.BeginControlledShutdownCommand;
import io.taffrail.api.internal.v1.ChangeBrokerStateCommand;
import io.taffrail.api.internal.v1.ControllerCommand;
import io.taffrail.api.internal.v1.DirectoryRegistration;
import io.taffrail.api.internal.v1.FenceBrokerCommand;
import io.taffrail.api.internal.v1.RegisterBroker;
import io.taffrail.api.internal.v1.ReplaceDiskCommand;
import io.taffrail.api.internal.v1.UnfenceBrokerCommand;
import io.taffrail.api.internal.v1.UnregisterBrokerCommand;
import io.taffrail.controller.decide.Command;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Commands about brokers, to and from their messages. */
public final class BrokerCommands {
    private BrokerCommands() {}

    /**
     * Reads a registration, as it comes from a broker or out of the log.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Command.RegisterBroker toModel(RegisterBroker proto) {
        return new Command.RegisterBroker(
                proto.getBrokerId(),
                DirectoryIdTranslator.toUuid(proto.getIncarnationId()),
                EndpointTranslator.toModels(proto.getEndpointsList()),
                Optional.of(proto.getRack()).filter(rack -> !rack.isEmpty()),
                proto.getDirectoriesList().stream().map(BrokerCommands::claim).toList(),
                proto.getMinFeatureLevel(),
                proto.getMaxFeatureLevel(),
                proto.getSoftwareVersion(),
                proto.getReplaceLostDisk(),
                proto.hasReplacesBrokerEpoch()
                        ? OptionalLong.of(proto.getReplacesBrokerEpoch())
                        : OptionalLong.empty());
    }

    private static Command.DirectoryClaim claim(DirectoryRegistration proto) {
        return new Command.DirectoryClaim(
                DirectoryIdTranslator.toModel(proto.getDirectoryId()),
                proto.hasStoredBrokerEpoch()
                        ? OptionalLong.of(proto.getStoredBrokerEpoch())
                        : OptionalLong.empty(),
                proto.hasCleanShutdownEpoch()
                        ? OptionalLong.of(proto.getCleanShutdownEpoch())
                        : OptionalLong.empty(),
                proto.getSameBoot());
    }

    static Command toModel(FenceBrokerCommand proto) {
        return new Command.FenceBroker(
                proto.getBrokerId(), proto.getBrokerEpoch(), proto.getDecidedTerm());
    }

    static Command toModel(UnfenceBrokerCommand proto) {
        return new Command.UnfenceBroker(
                proto.getBrokerId(), proto.getBrokerEpoch(), proto.getDecidedTerm());
    }

    static Command toModel(BeginControlledShutdownCommand proto) {
        return new Command.BeginControlledShutdown(proto.getBrokerId(), proto.getBrokerEpoch());
    }

    static Command toModel(ChangeBrokerStateCommand proto) {
        return new Command.ChangeBrokerState(
                proto.getBrokerId(),
                proto.getBrokerEpoch(),
                proto.getReadOnly(),
                new TreeSet<>(DirectoryIdTranslator.toModels(proto.getSlowDirectoryIdsList())),
                new TreeSet<>(DirectoryIdTranslator.toModels(proto.getOfflineDirectoryIdsList())));
    }

    /** Whether the command was one about brokers, and is written. */
    static boolean write(Command command, ControllerCommand.Builder entry) {
        if (command instanceof Command.RegisterBroker register) {
            entry.setRegisterBroker(toProto(register));
        } else if (command instanceof Command.FenceBroker fence) {
            entry.setFenceBroker(
                    FenceBrokerCommand.newBuilder()
                            .setBrokerId(fence.brokerId())
                            .setBrokerEpoch(fence.brokerEpoch())
                            .setDecidedTerm(fence.decidedTerm()));
        } else if (command instanceof Command.UnfenceBroker unfence) {
            entry.setUnfenceBroker(
                    UnfenceBrokerCommand.newBuilder()
                            .setBrokerId(unfence.brokerId())
                            .setBrokerEpoch(unfence.brokerEpoch())
                            .setDecidedTerm(unfence.decidedTerm()));
        } else if (command instanceof Command.BeginControlledShutdown shutdown) {
            entry.setBeginControlledShutdown(
                    BeginControlledShutdownCommand.newBuilder()
                            .setBrokerId(shutdown.brokerId())
                            .setBrokerEpoch(shutdown.brokerEpoch()));
        } else if (command instanceof Command.UnregisterBroker unregister) {
            entry.setUnregisterBroker(
                    UnregisterBrokerCommand.newBuilder().setBrokerId(unregister.brokerId()));
        } else if (command instanceof Command.ReplaceDisk replace) {
            entry.setReplaceDisk(ReplaceDiskCommand.newBuilder().setBrokerId(replace.brokerId()));
        } else if (command instanceof Command.ChangeBrokerState change) {
            entry.setChangeBrokerState(toProto(change));
        } else {
            return false;
        }
        return true;
    }

    private static RegisterBroker toProto(Command.RegisterBroker command) {
        RegisterBroker.Builder proto =
                RegisterBroker.newBuilder()
                        .setBrokerId(command.brokerId())
                        .setIncarnationId(DirectoryIdTranslator.toProto(command.incarnationId()))
                        .addAllEndpoints(EndpointTranslator.toProtos(command.endpoints()))
                        .setRack(command.rack().orElse(""))
                        .setMinFeatureLevel(command.minFeatureLevel())
                        .setMaxFeatureLevel(command.maxFeatureLevel())
                        .setSoftwareVersion(command.softwareVersion())
                        .setReplaceLostDisk(command.replaceLostDisk());
        command.replaces().ifPresent(proto::setReplacesBrokerEpoch);
        for (Command.DirectoryClaim claim : command.directories()) {
            DirectoryRegistration.Builder directory =
                    DirectoryRegistration.newBuilder()
                            .setDirectoryId(DirectoryIdTranslator.toProto(claim.id()))
                            .setSameBoot(claim.sameBoot());
            claim.storedBrokerEpoch().ifPresent(directory::setStoredBrokerEpoch);
            claim.cleanShutdownEpoch().ifPresent(directory::setCleanShutdownEpoch);
            proto.addDirectories(directory);
        }
        return proto.build();
    }

    private static ChangeBrokerStateCommand toProto(Command.ChangeBrokerState command) {
        return ChangeBrokerStateCommand.newBuilder()
                .setBrokerId(command.brokerId())
                .setBrokerEpoch(command.brokerEpoch())
                .setReadOnly(command.readOnly())
                .addAllSlowDirectoryIds(DirectoryIdTranslator.toProtos(command.slow()))
                .addAllOfflineDirectoryIds(DirectoryIdTranslator.toProtos(command.offline()))
                .build();
    }
}
