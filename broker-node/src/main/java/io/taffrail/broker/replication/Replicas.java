// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.TopicImage;
import io.taffrail.model.config.TopicDefaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of this broker, made to be what the metadata says: opened, led, resigned, set aside.
 * Changed on the metadata thread alone, which may block; looked up from any thread.
 */
public final class Replicas {
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    private final ReplicaEnvironment environment;
    private final ReplicaLogs logs;
    private final LogSettings settings;
    private final LogOpening opening;
    private final Placement placement;
    private final ReplicaRoles roles;
    private final ReplicaRepair repair;
    private final FlushProof flushProof;
    private final ReplicaMap replicas = new ReplicaMap();
    private final ReplicaCounts counts;

    public Replicas(ReplicaEnvironment environment, ReplicaLogs logs, TopicDefaults defaults) {
        this.environment = environment;
        this.logs = logs;
        this.settings = new LogSettings(defaults);
        this.opening = new LogOpening(environment, logs, settings);
        this.placement = new Placement(environment);
        this.roles = new ReplicaRoles(environment);
        this.repair = new ReplicaRepair(environment.brokerId(), logs);
        this.flushProof = new FlushProof(environment);
        this.counts = new ReplicaCounts(environment.brokerId(), replicas);
    }

    // What there is

    /** In no order that means anything, but the same one for the same replicas. */
    Collection<LocalReplica> all() {
        return replicas.all();
    }

    /** The leader of a partition, while it is here. */
    Optional<LeaderReplica> leader(TopicId topicId, int partition) {
        return replica(topicId, partition).flatMap(LocalReplica::leader);
    }

    Optional<LocalReplica> replica(TopicId topicId, int partition) {
        return replicas.find(topicId, partition);
    }

    /** The log of a replica that is here, and open. */
    public Optional<PartitionLog> log(TopicId topicId, int partition) {
        return replica(topicId, partition).flatMap(LocalReplica::log);
    }

    /** In figures. */
    public ReplicaCounts counts() {
        return counts;
    }

    // Following the metadata

    /** Makes everything as {@code image} says; what it does not name is set aside. */
    public void applyImage(MetadataImage image) throws IOException {
        roles.image(image);
        List<PartitionEntry> mine = placement.of(image);
        for (LocalReplica replica : List.copyOf(all())) {
            if (!placement.isHere(replica.partition(), image)) {
                setAside(replica, image);
            }
        }
        logs.setAsideOthers(Placement.directoryNames(mine, image));
        apply(mine, image);
        brokersChanged();
    }

    /** Registrations, and who is alive: leaders look again at who may be in sync. */
    private void brokersChanged() {
        all().forEach(replica -> replica.leader().ifPresent(LeaderReplica::onBrokersChanged));
    }

    /** Makes everything as {@code image} says, given what changed since the last one. */
    public void applyChanges(MetadataImage image, List<MetadataChange> changes) throws IOException {
        roles.image(image);
        Set<TopicId> touched = new LinkedHashSet<>();
        for (MetadataChange change : changes) {
            if (change instanceof MetadataChange.PartitionChanged changed) {
                touched.add(changed.partition().topicId());
            } else if (change instanceof MetadataChange.TopicChanged changed) {
                touched.add(changed.topic().topicId());
            } else if (change instanceof MetadataChange.TopicDeleted deleted) {
                deleteTopic(deleted.topicId());
            }
        }
        List<PartitionEntry> mine = new ArrayList<>();
        for (TopicId topicId : touched) {
            Optional<TopicImage> topic = image.topic(topicId); // empty: deleted in the same delta
            if (topic.isPresent()) {
                collect(topic.get(), mine, image);
            }
        }
        apply(mine, image);
        if (changes.stream().anyMatch(MetadataChange.BrokerChanged.class::isInstance)) {
            brokersChanged();
        }
    }

    private void deleteTopic(TopicId topicId) throws IOException {
        for (LocalReplica replica : replicas.ofTopic(topicId)) {
            delete(replica);
        }
    }

    private void collect(TopicImage topic, List<PartitionEntry> mine, MetadataImage image)
            throws IOException {
        for (PartitionEntry partition : topic.partitions()) {
            if (placement.isHere(partition)) {
                mine.add(partition);
            } else {
                Optional<LocalReplica> former = replicas.find(partition);
                if (former.isPresent()) {
                    setAside(former.get(), image);
                }
            }
        }
    }

    private void apply(List<PartitionEntry> mine, MetadataImage image) throws IOException {
        List<LocalReplica> missing = new ArrayList<>();
        for (PartitionEntry partition : mine) {
            Optional<LocalReplica> known = replicas.find(partition);
            if (known.isEmpty()) {
                missing.add(begin(partition, image));
            } else if (known.get().log().isEmpty() && !known.get().reported()) {
                missing.add(known.get()); // what kept its log from being opened may have passed
            }
        }
        opening.open(missing, image);
        for (PartitionEntry partition : mine) {
            takeRole(replicas.find(partition).orElseThrow(), partition, image);
        }
        if (!missing.isEmpty()) {
            logs.applied(image.version());
        }
    }

    private LocalReplica begin(PartitionEntry partition, MetadataImage image) {
        LocalReplica replica =
                new LocalReplica(
                        Placement.named(partition, image), partition, environment.faults());
        replicas.add(replica);
        return replica;
    }

    private void takeRole(LocalReplica replica, PartitionEntry partition, MetadataImage image) {
        replica.entry(partition);
        LogConfig config = settings.of(replica.partition(), image);
        if (repair.isDue(replica)) {
            // What was opened and vouched for of that log is void: it follows anew (P12).
            replica.resign(roles.movedTo(replica.partition(), partition));
            repair.run(replica, config);
        }
        Optional<PartitionLog> log = replica.log();
        if (log.isEmpty()) {
            return;
        }
        if (!config.equals(log.get().config())) {
            log.get().reconfigure(config);
        }
        flushProof.give(replica, log.get());
        roles.take(replica, log.get(), image.topic(partition.topicId()).orElseThrow());
    }

    /** The metadata places the replica here no more, which newer metadata may take back (P4). */
    private void setAside(LocalReplica replica, MetadataImage image) throws IOException {
        TopicPartition partition = replica.partition();
        Optional<PartitionEntry> entry =
                image.partition(partition.topicId(), partition.partition());
        letGo(replica, roles.movedTo(partition, entry.orElse(replica.entry())));
        logs.setAside(partition);
        LOG.info("{} is no longer placed here, and set aside", partition);
    }

    /** The topic was deleted: its id is never used again. */
    private void delete(LocalReplica replica) throws IOException {
        TopicPartition partition = replica.partition();
        letGo(replica, LogFailure.of(LogError.UNKNOWN_TOPIC, partition.topic() + " was deleted"));
        environment
                .blocking()
                .execute(
                        () -> {
                            try {
                                logs.delete(partition);
                                LOG.info("deleted the log of {}", partition);
                            } catch (IOException e) {
                                LOG.warn("the log of {} could not be deleted", partition, e);
                            }
                        });
    }

    private void letGo(LocalReplica replica, LogFailure why) throws IOException {
        replica.resign(why);
        replicas.remove(replica);
        if (replica.log().isPresent()) {
            replica.log().get().abandon();
        }
    }

    // Stopping

    /** From now on leaderships end because this broker stops. */
    public void beginHandOver() {
        roles.beginHandOver();
    }

    /** Ends every leadership, so that nothing is appended any more. */
    public void resignAll(LogFailure why) {
        all().forEach(replica -> replica.resign(why));
    }

    /**
     * Closes every log, in parallel; returns the log ends by directory name, for the mark of a
     * clean stop, and nothing if a log could not be closed in order (P3).
     */
    public Optional<Map<String, Long>> close() {
        return LogClosing.close(openLogs(), environment.blocking());
    }

    /** Lets the files of every log go as they are. */
    public void abandon() {
        LogClosing.abandon(openLogs());
    }

    private List<PartitionLog> openLogs() {
        return all().stream().flatMap(replica -> replica.log().stream()).toList();
    }
}
