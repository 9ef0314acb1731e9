// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.TopicId;
import io.taffrail.model.cluster.DirectoryId;
import io.taffrail.model.cluster.Endpoint;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.config.TopicDefaults;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What an entry of the controllers' log asks for. */
public sealed interface Command {
    /**
     * A directory at registration.
     *
     * @param storedBrokerEpoch the broker epoch stored in it; empty: just formatted
     * @param cleanShutdownEpoch the broker epoch in its mark of a clean stop (P3)
     * @param sameBoot the machine has not restarted since: a process crash, which lost nothing
     *     (P21)
     */
    record DirectoryClaim(
            DirectoryId id,
            OptionalLong storedBrokerEpoch,
            OptionalLong cleanShutdownEpoch,
            boolean sameBoot) {}

    /**
     * A broker's new process, or the same one again (P1, P2).
     *
     * @param replaceLostDisk an empty disk may take a missing one's place without being told to
     * @param replaces the registration that is taken for the present one, 0 for none; empty: not
     *     compared
     */
    record RegisterBroker(
            int brokerId,
            UUID incarnationId,
            List<Endpoint> endpoints,
            Optional<String> rack,
            List<DirectoryClaim> directories,
            int minFeatureLevel,
            int maxFeatureLevel,
            String softwareVersion,
            boolean replaceLostDisk,
            OptionalLong replaces)
            implements Command {
        public RegisterBroker {
            endpoints = List.copyOf(endpoints);
            directories = List.copyOf(directories);
        }
    }

    /** A broker counts as dead (P6). */
    record FenceBroker(int brokerId, long brokerEpoch, long decidedTerm) implements Command {}

    /** A broker counts as alive (P6). */
    record UnfenceBroker(int brokerId, long brokerEpoch, long decidedTerm) implements Command {}

    /** A broker leaves its leaderships and ISRs before it stops (P11). */
    record BeginControlledShutdown(int brokerId, long brokerEpoch) implements Command {}

    /** A broker is forgotten (P11). */
    record UnregisterBroker(int brokerId) implements Command {}

    /**
     * A broker is to be emptied.
     *
     * @param cancel it stays after all
     * @param throttle as of {@link ReassignPartitions}
     */
    record DecommissionBroker(int brokerId, boolean cancel, OptionalLong throttle)
            implements Command {}

    /**
     * Begins moves off a broker that is being decommissioned.
     *
     * @param maxMoves how many may be under way then
     */
    record DrainBroker(int brokerId, int maxMoves) implements Command {}

    /** The disks of a broker are given up for lost (P2). */
    record ReplaceDisk(int brokerId) implements Command {}

    /**
     * What a broker says of its disks (P10).
     *
     * @param slow directories where an operation hangs; those that are missing are no longer slow
     * @param offline directories that failed; those that failed before stay so (P18)
     */
    record ChangeBrokerState(
            int brokerId,
            long brokerEpoch,
            boolean readOnly,
            SortedSet<DirectoryId> slow,
            SortedSet<DirectoryId> offline)
            implements Command {
        public ChangeBrokerState {
            slow = Collections.unmodifiableSortedSet(new TreeSet<>(slow));
            offline = Collections.unmodifiableSortedSet(new TreeSet<>(offline));
        }
    }

    /**
     * A topic is made.
     *
     * @param partitions 0 with assignments
     * @param replicationFactor 0 with assignments
     * @param assignments brokers of each partition; none: they are placed
     */
    record CreateTopic(
            TopicId topicId,
            String name,
            int partitions,
            int replicationFactor,
            SortedMap<String, String> configs,
            List<List<Integer>> assignments)
            implements Command {
        public CreateTopic {
            configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
            assignments = assignments.stream().map(List::copyOf).toList();
        }
    }

    /** A topic is deleted; by name, and by id where it is given. */
    record DeleteTopic(String name, Optional<TopicId> topicId) implements Command {}

    /**
     * A topic gets more partitions.
     *
     * @param partitions in all
     * @param assignments brokers of each new partition; none: they are placed
     */
    record CreatePartitions(
            String name, Optional<TopicId> topicId, int partitions, List<List<Integer>> assignments)
            implements Command {
        public CreatePartitions {
            assignments = assignments.stream().map(List::copyOf).toList();
        }
    }

    /** Settings of a topic change. */
    record AlterConfig(
            String name,
            Optional<TopicId> topicId,
            SortedMap<String, String> set,
            SortedSet<String> unset)
            implements Command {
        public AlterConfig {
            set = Collections.unmodifiableSortedMap(new TreeMap<>(set));
            unset = Collections.unmodifiableSortedSet(new TreeSet<>(unset));
        }
    }

    /** A partition as a client names it; by the topic's id too where that is given. */
    record PartitionSelector(String topic, Optional<TopicId> topicId, int partition) {}

    /**
     * A move of one partition.
     *
     * @param target brokers, the preferred leader first; empty: back to where it was
     */
    record Move(PartitionSelector partition, Optional<List<Integer>> target) {
        public Move {
            target = target.map(List::copyOf);
        }
    }

    /**
     * Replicas are moved, each partition for itself (P11).
     *
     * @param throttle bytes per second that each broker may receive for moves; 0: no limit; empty:
     *     as it is
     */
    record ReassignPartitions(List<Move> moves, OptionalLong throttle) implements Command {
        public ReassignPartitions {
            moves = List.copyOf(moves);
        }
    }

    /** Ends the throttle of moves, if none is under way. */
    record EndMoveThrottle() implements Command {}

    /**
     * Elections are held (P7).
     *
     * @param unclean of those without a leader, out of all replicas that live
     * @param partitions none: those that are not led by the first of their assignment that may lead
     * @param leader who shall lead; empty: the first of the assignment that may
     */
    record ElectLeaders(boolean unclean, List<PartitionSelector> partitions, OptionalInt leader)
            implements Command {
        public ElectLeaders {
            partitions = List.copyOf(partitions);
        }
    }

    /** A member of a proposed ISR, with its registration when it reached the high watermark. */
    record IsrMember(int brokerId, long brokerEpoch) {}

    /** What a leader proposes for one partition (P9). */
    record Proposal(
            TopicId topicId,
            int partition,
            int leaderEpoch,
            long partitionEpoch,
            List<IsrMember> isr,
            boolean recovered) {
        public Proposal {
            isr = List.copyOf(isr);
        }
    }

    /**
     * Proposals of one leader.
     *
     * @param cutOff brokers that say they cannot reach the leader (P9)
     */
    record AlterPartition(
            int brokerId, long brokerEpoch, List<Proposal> proposals, SortedSet<Integer> cutOff)
            implements Command {
        public AlterPartition {
            proposals = List.copyOf(proposals);
            cutOff = Collections.unmodifiableSortedSet(new TreeSet<>(cutOff));
        }
    }

    /** What a suspect replica has: epoch of its last entry, empty for an empty log, and its end. */
    record SuspectLog(OptionalInt lastEpoch, long logEndOffset) {}

    /** A replica's report against itself; {@link ReplicaFault#NONE}: it is whole again (P19). */
    record ReportReplica(
            TopicId topicId,
            int partition,
            int leaderEpoch,
            int brokerId,
            long brokerEpoch,
            ReplicaFault fault,
            SuspectLog log)
            implements Command {}

    /** A block of producer ids (P23). */
    record AllocateProducerIds(int count) implements Command {}

    /** The cluster's defaults, as the active controller is configured. */
    record AdoptTopicDefaults(TopicDefaults defaults) implements Command {
        /** By setting's name. */
        public static AdoptTopicDefaults of(Map<String, String> configs) {
            return new AdoptTopicDefaults(TopicRules.defaultsNamed(configs));
        }
    }

    /** Changes nothing: that it was committed proves a majority (P6). */
    record ProveMajority() implements Command {}
}
