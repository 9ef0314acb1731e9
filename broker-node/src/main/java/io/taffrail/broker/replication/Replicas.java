// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static java.util.concurrent.CompletableFuture.runAsync;

import io.taffrail.api.LogFailure;
import io.taffrail.logstore.FlushPolicy;
import io.taffrail.logstore.LogConfig;
import io.taffrail.logstore.PartitionLog;
import io.taffrail.logstore.files.DamagedFileException;
import io.taffrail.logstore.recovery.NewerFormatException;
import io.taffrail.model.LogError;
import io.taffrail.model.TopicId;
import io.taffrail.model.TopicPartition;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.ReplicaFault;
import io.taffrail.model.cluster.TopicImage;
import io.taffrail.model.config.TopicDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of this broker, made to be what the metadata says: opened, led, resigned, set aside.
 * Changed on the metadata thread alone, which may block; looked up from any thread.
 */
public final class Replicas {
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    /** A partition, whatever its topic is called. */
    private record Key(TopicId topicId, int partition) {}

    private final ReplicaEnvironment environment;
    private final ReplicaLogs logs;
    private final LogSettings settings;
    private final ReplicaRoles roles;
    private final ReplicaRepair repair;
    private final Map<Key, LocalReplica> replicas = new ConcurrentHashMap<>();

    public Replicas(ReplicaEnvironment environment, ReplicaLogs logs, TopicDefaults defaults) {
        this.environment = environment;
        this.logs = logs;
        this.settings = new LogSettings(defaults);
        this.roles = new ReplicaRoles(environment);
        this.repair = new ReplicaRepair(environment.brokerId(), logs);
    }

    // What there is

    /** In no order that means anything, but the same one for the same replicas. */
    Collection<LocalReplica> all() {
        return replicas.values();
    }

    /** The leader of a partition, while it is here. */
    Optional<LeaderReplica> leader(TopicId topicId, int partition) {
        return replica(topicId, partition).flatMap(LocalReplica::leader);
    }

    Optional<LocalReplica> replica(TopicId topicId, int partition) {
        return Optional.ofNullable(replicas.get(new Key(topicId, partition)));
    }

    /** The log of a replica that is here, and open. */
    public Optional<PartitionLog> log(TopicId topicId, int partition) {
        return replica(topicId, partition).flatMap(LocalReplica::log);
    }

    /** How many replicas are here. */
    public int count() {
        return replicas.size();
    }

    /** How many partitions are led here. */
    public int leaderCount() {
        return (int) all().stream().filter(replica -> replica.leader().isPresent()).count();
    }

    /** How many bytes of the logs were read and verified as they were opened. */
    public long verifiedBytes() {
        return all().stream()
                .flatMap(replica -> replica.log().stream())
                .mapToLong(log -> log.recoveryReport().bytesScanned())
                .sum();
    }

    /** How many have a leader elsewhere, and are not in sync with it though they should be. */
    public int notInSyncCount() {
        int brokerId = environment.brokerId();
        return (int)
                all().stream()
                        .map(LocalReplica::entry)
                        .filter(
                                entry ->
                                        entry.leader().isPresent()
                                                && !entry.isr().contains(brokerId)
                                                && !entry.adding().contains(brokerId))
                        .count();
    }

    /** How many logs could not be opened, or failed since. */
    public int offlineCount() {
        return (int)
                all().stream()
                        .filter(
                                replica ->
                                        replica.log().isEmpty()
                                                || !replica.log().get().damage().isEmpty())
                        .count();
    }

    /** Bytes of all logs. */
    public long logBytes() {
        return all().stream()
                .flatMap(replica -> replica.log().stream())
                .mapToLong(PartitionLog::sizeBytes)
                .sum();
    }

    // Following the metadata

    /** Makes everything as {@code image} says; what it does not name is set aside. */
    public void applyImage(MetadataImage image) throws IOException {
        roles.image(image);
        List<PartitionEntry> mine = new ArrayList<>();
        image.forEachPartition(
                partition -> {
                    if (isHere(partition)) {
                        mine.add(partition);
                    }
                });
        for (LocalReplica replica : List.copyOf(all())) {
            TopicPartition named = replica.partition();
            Optional<PartitionEntry> entry = image.partition(named.topicId(), named.partition());
            if (entry.filter(this::isHere).isEmpty()) {
                setAside(replica, image);
            }
        }
        logs.setAsideOthers(directoryNames(mine, image));
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
        for (LocalReplica replica : List.copyOf(all())) {
            if (replica.partition().topicId().equals(topicId)) {
                delete(replica);
            }
        }
    }

    private void collect(TopicImage topic, List<PartitionEntry> mine, MetadataImage image)
            throws IOException {
        for (PartitionEntry partition : topic.partitions()) {
            if (isHere(partition)) {
                mine.add(partition);
            } else {
                Optional<LocalReplica> former = replica(partition.topicId(), partition.partition());
                if (former.isPresent()) {
                    setAside(former.get(), image);
                }
            }
        }
    }

    private static Set<String> directoryNames(
            List<PartitionEntry> partitions, MetadataImage image) {
        Set<String> names = new HashSet<>();
        for (PartitionEntry partition : partitions) {
            String topic = image.topic(partition.topicId()).orElseThrow().topic().name();
            names.add(
                    new TopicPartition(topic, partition.topicId(), partition.partition())
                            .directoryName());
        }
        return names;
    }

    private boolean isHere(PartitionEntry partition) {
        return partition
                .replicaOn(environment.brokerId())
                .map(ReplicaEntry::directoryId)
                .filter(environment.directoryId()::equals)
                .isPresent();
    }

    private void apply(List<PartitionEntry> mine, MetadataImage image) throws IOException {
        List<LocalReplica> missing = new ArrayList<>();
        for (PartitionEntry partition : mine) {
            TopicImage topic = image.topic(partition.topicId()).orElseThrow();
            Key key = new Key(partition.topicId(), partition.partition());
            LocalReplica replica = replicas.get(key);
            if (replica != null && replica.log().isEmpty() && !replica.reported()) {
                missing.add(replica); // what kept its log from being opened may have passed
            }
            if (replica == null) {
                replica =
                        new LocalReplica(
                                new TopicPartition(
                                        topic.topic().name(), key.topicId(), key.partition()),
                                partition,
                                environment.faults());
                replicas.put(key, replica);
                missing.add(replica);
            }
        }
        openAll(missing, image);
        for (PartitionEntry partition : mine) {
            takeRole(
                    replicas.get(new Key(partition.topicId(), partition.partition())),
                    partition,
                    image);
        }
        if (!missing.isEmpty()) {
            logs.applied(image.version());
        }
    }

    private void openAll(List<LocalReplica> missing, MetadataImage image) {
        CompletableFuture<?>[] openings =
                missing.stream()
                        .map(
                                replica ->
                                        runAsync(
                                                () -> open(replica, image), environment.blocking()))
                        .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(openings).join();
    }

    private void open(LocalReplica replica, MetadataImage image) {
        TopicPartition partition = replica.partition();
        try {
            if (logs.isLost(
                    partition, replica.entry().replicaOn(environment.brokerId()).orElseThrow())) {
                LOG.error("{} is lost: its directory is gone", partition);
                replica.failed("its directory is gone: the disk was replaced, or emptied");
                replica.report(ReplicaFault.LOST);
                return;
            }
            PartitionLog log = logs.open(partition, configOf(partition, image), replica);
            replica.opened(log);
            switch (log.recoveryReport().outcome()) {
                case CLEAN -> LOG.debug("opened {}", log.recoveryReport());
                case CUT -> LOG.info("opened {}", log.recoveryReport());
                default -> LOG.error("opened {}", log.recoveryReport());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot open the log of {}", partition, e);
            replica.failed("its log cannot be opened: " + e.getMessage());
            // Too few file handles or no memory say nothing against what is on the disk.
            if (e instanceof NewerFormatException) {
                replica.keepFiles();
            }
            if (e instanceof NewerFormatException || e instanceof DamagedFileException) {
                replica.report(ReplicaFault.CORRUPT);
            }
        }
    }

    private LogConfig configOf(TopicPartition partition, MetadataImage image) {
        return settings.of(image.topic(partition.topicId()).orElseThrow().topic().configs());
    }

    private void takeRole(LocalReplica replica, PartitionEntry partition, MetadataImage image) {
        replica.entry(partition);
        if (repair.isDue(replica)) {
            repair.run(replica, configOf(replica.partition(), image));
        }
        Optional<PartitionLog> log = replica.log();
        if (log.isEmpty()) {
            return;
        }
        LogConfig config = configOf(replica.partition(), image);
        if (!config.equals(log.get().config())) {
            log.get().reconfigure(config);
        }
        proveFlush(replica, log.get());
        roles.take(replica, log.get(), image.topic(partition.topicId()).orElseThrow());
    }

    /**
     * The topic has changed to flush=commit, and what was acknowledged before may not be on the
     * disk: only when it is, and the controllers know, does this replica count as such (P21).
     */
    private void proveFlush(LocalReplica replica, PartitionLog log) {
        ReplicaEntry entry = replica.entry().replicaOn(environment.brokerId()).orElseThrow();
        boolean due =
                log.config().flush() == FlushPolicy.COMMIT
                        && !entry.flushProven()
                        && entry.fault() == ReplicaFault.NONE
                        && replica.fault() == ReplicaFault.NONE;
        if (due) {
            environment
                    .blocking()
                    .execute(
                            () -> {
                                try {
                                    log.flush();
                                    replica.flushProven();
                                } catch (IOException e) {
                                    LOG.warn("{} cannot be forced", replica.partition(), e);
                                }
                            });
        }
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
        replicas.remove(new Key(replica.partition().topicId(), replica.partition().partition()));
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
        Map<String, Long> ends = new ConcurrentHashMap<>();
        CompletableFuture<?>[] closings =
                all().stream()
                        .flatMap(replica -> replica.log().stream())
                        .map(log -> runAsync(() -> close(log, ends), environment.blocking()))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closings).join();
            return Optional.of(new TreeMap<>(ends));
        } catch (CompletionException e) {
            LOG.warn("a log could not be closed in order: the next start verifies them", e);
            return Optional.empty();
        }
    }

    /** Lets the files of every log go as they are. */
    public void abandon() {
        for (LocalReplica replica : all()) {
            replica.log()
                    .ifPresent(
                            log -> {
                                try {
                                    log.abandon();
                                } catch (IOException e) {
                                    LOG.debug("cannot let go of {}", log.partition(), e);
                                }
                            });
        }
    }

    private static void close(PartitionLog log, Map<String, Long> ends) {
        try {
            log.close();
            ends.put(log.directory().getFileName().toString(), log.logEndOffset());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
