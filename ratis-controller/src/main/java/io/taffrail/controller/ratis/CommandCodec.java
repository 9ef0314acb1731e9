// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.taffrail.api.internal.v1.AdoptTopicDefaultsCommand;
import io.taffrail.api.internal.v1.AllocateProducerIdsCommand;
import io.taffrail.api.internal.v1.ControllerCommand;
import io.taffrail.api.internal.v1.ProveMajorityCommand;
import io.taffrail.controller.decide.Command;
import io.taffrail.model.BrokenInvariantException;
import io.taffrail.model.config.TopicSetting;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Commands as the entries of the controllers' log. */
final class CommandCodec {
    private CommandCodec() {}

    /** A command with the clock of the controller that proposed it. */
    record Stamped(Command command, long timeMs) {}

    static ByteString encode(Command command, long timeMs) {
        ControllerCommand.Builder entry = ControllerCommand.newBuilder().setTimeMs(timeMs);
        if (command instanceof Command.AllocateProducerIds allocate) {
            entry.setAllocateProducerIds(
                    AllocateProducerIdsCommand.newBuilder().setCount(allocate.count()));
        } else if (command instanceof Command.AdoptTopicDefaults adopt) {
            entry.setAdoptTopicDefaults(
                    AdoptTopicDefaultsCommand.newBuilder()
                            .putAllConfigs(byName(adopt.defaults().values())));
        } else if (command instanceof Command.ProveMajority) {
            entry.setProveMajority(ProveMajorityCommand.getDefaultInstance());
        } else if (!BrokerCommands.write(command, entry)
                && !TopicCommands.write(command, entry)
                && !MoveCommands.write(command, entry)) {
            PartitionCommands.write(command, entry);
        }
        return entry.build().toByteString();
    }

    static Map<String, String> byName(Map<TopicSetting, String> values) {
        Map<String, String> named = new TreeMap<>();
        values.forEach((setting, value) -> named.put(setting.key(), value));
        return named;
    }

    /** Empty for what this version cannot read: the same on every controller of this version. */
    static Optional<Stamped> decode(ByteBuffer bytes) {
        try {
            ControllerCommand entry = ControllerCommand.parseFrom(bytes);
            return read(entry).map(command -> new Stamped(command, entry.getTimeMs()));
        } catch (InvalidProtocolBufferException
                | IllegalArgumentException
                | BrokenInvariantException e) {
            return Optional.empty();
        }
    }

    private static Optional<Command> read(ControllerCommand entry) {
        return switch (entry.getCommandCase()) {
            case REGISTER_BROKER -> Optional.of(BrokerCommands.toModel(entry.getRegisterBroker()));
            case FENCE_BROKER -> Optional.of(BrokerCommands.toModel(entry.getFenceBroker()));
            case UNFENCE_BROKER -> Optional.of(BrokerCommands.toModel(entry.getUnfenceBroker()));
            case BEGIN_CONTROLLED_SHUTDOWN ->
                    Optional.of(BrokerCommands.toModel(entry.getBeginControlledShutdown()));
            case UNREGISTER_BROKER ->
                    Optional.of(
                            new Command.UnregisterBroker(
                                    entry.getUnregisterBroker().getBrokerId()));
            case CHANGE_BROKER_STATE ->
                    Optional.of(BrokerCommands.toModel(entry.getChangeBrokerState()));
            case CREATE_TOPIC -> Optional.of(TopicCommands.toModel(entry.getCreateTopic()));
            case DELETE_TOPIC -> Optional.of(TopicCommands.toModel(entry.getDeleteTopic()));
            case CREATE_PARTITIONS ->
                    Optional.of(TopicCommands.toModel(entry.getCreatePartitions()));
            case ALTER_CONFIG -> Optional.of(TopicCommands.toModel(entry.getAlterConfig()));
            case ALTER_PARTITION ->
                    Optional.of(PartitionCommands.toModel(entry.getAlterPartition()));
            case REPORT_REPLICA -> Optional.of(PartitionCommands.toModel(entry.getReportReplica()));
            case ALLOCATE_PRODUCER_IDS ->
                    Optional.of(
                            new Command.AllocateProducerIds(
                                    entry.getAllocateProducerIds().getCount()));
            case ADOPT_TOPIC_DEFAULTS ->
                    Optional.of(
                            Command.AdoptTopicDefaults.of(
                                    entry.getAdoptTopicDefaults().getConfigsMap()));
            case REASSIGN_PARTITIONS ->
                    Optional.of(MoveCommands.toModel(entry.getReassignPartitions()));
            case ELECT_LEADERS -> Optional.of(MoveCommands.toModel(entry.getElectLeaders()));
            case DECOMMISSION_BROKER ->
                    Optional.of(MoveCommands.toModel(entry.getDecommissionBroker()));
            case DRAIN_BROKER -> Optional.of(MoveCommands.toModel(entry.getDrainBroker()));
            case REPLACE_DISK ->
                    Optional.of(new Command.ReplaceDisk(entry.getReplaceDisk().getBrokerId()));
            case END_MOVE_THROTTLE -> Optional.of(new Command.EndMoveThrottle());
            case PROVE_MAJORITY -> Optional.of(new Command.ProveMajority());
            case COMMAND_NOT_SET -> Optional.empty();
        };
    }
}
