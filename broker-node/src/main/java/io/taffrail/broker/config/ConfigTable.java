// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import io.taffrail.model.HostPort;
import io.taffrail.model.config.TopicSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every key that there is. {@code docs/configuration.md} is made of it. */
final class ConfigTable {
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final long MIB = 1 << 20;

    static final ConfigKey<Integer> NODE_ID =
            new ConfigKey<>(
                    "node.id",
                    ValueType.count(0, 999_999_999),
                    "0",
                    "This node's number, its own in the cluster. The data directory is bound to it.");
    static final ConfigKey<Set<Role>> ROLES =
            new ConfigKey<>(
                    "roles",
                    ValueType.someOf(Role.class),
                    "broker,controller",
                    "What the node does: a broker holds replicas and serves clients, a controller has"
                            + " a vote on the cluster's metadata.");
    static final ConfigKey<Optional<String>> RACK =
            new ConfigKey<>(
                    "rack",
                    ValueType.optionalName(),
                    "",
                    "What fails together, such as a rack or an availability zone: the replicas of a"
                            + " partition are spread over racks.");
    static final ConfigKey<LogFormat> LOG_FORMAT =
            new ConfigKey<>(
                    "log.format",
                    ValueType.oneOf(LogFormat.class),
                    "text",
                    "How the process's own log lines look: text for people, or one JSON object a"
                            + " line.");

    static final ConfigKey<HostPort> API_LISTEN =
            new ConfigKey<>(
                    "api.listen",
                    ValueType.listenAddress(),
                    "127.0.0.1:9650",
                    "Where clients and other nodes speak gRPC.");
    static final ConfigKey<Optional<HostPort>> API_ADVERTISED =
            new ConfigKey<>(
                    "api.advertised",
                    ValueType.advertisedAddress(),
                    "",
                    "The address under which clients and other nodes reach `api.listen`. Empty: as"
                            + " listened.");
    static final ConfigKey<HostPort> RAFT_LISTEN =
            new ConfigKey<>(
                    "raft.listen",
                    ValueType.listenAddress(),
                    "127.0.0.1:9651",
                    "Where controllers speak Raft with each other.");
    static final ConfigKey<HostPort> HTTP_LISTEN =
            new ConfigKey<>(
                    "http.listen",
                    ValueType.listenAddress(),
                    "127.0.0.1:9652",
                    "Where `/metrics`, `/healthz` and `/readyz` are.");
    static final ConfigKey<Boolean> INSECURE_LISTEN =
            new ConfigKey<>(
                    "insecure.listen",
                    ValueType.flag(),
                    "false",
                    "Whether the node may listen on an address that other machines reach. There is no"
                            + " TLS and no authentication yet: whoever reaches the ports reads,"
                            + " writes and deletes everything.");

    static final ConfigKey<List<ControllerAddress>> CONTROLLERS =
            new ConfigKey<>(
                    "controllers",
                    ValueType.controllers(),
                    "",
                    "The controllers of the cluster, the same list on every node; one that is to be"
                            + " added to a cluster lists itself too, and waits. Empty: this node"
                            + " alone.");
    static final ConfigKey<Duration> ELECTION_TIMEOUT =
            new ConfigKey<>(
                    "raft.election.timeout.ms",
                    ValueType.millis(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    "400",
                    "Silence of the active controller after which another may take its place, at the"
                            + " earliest. Well above the network's delays and the disk's. The same on"
                            + " every controller.");
    static final ConfigKey<Duration> SESSION_TIMEOUT =
            new ConfigKey<>(
                    "session.timeout.ms",
                    ValueType.millis(Duration.ofMillis(500), Duration.ofMinutes(5)),
                    "3000",
                    "Silence of a broker after which its leaderships go to others. The same on every"
                            + " controller.");
    static final ConfigKey<Integer> DEFAULT_PARTITIONS =
            new ConfigKey<>(
                    "default.partitions",
                    ValueType.count(1, 100_000),
                    "1",
                    "Partitions of a topic that is made without a number of them.");
    static final ConfigKey<Integer> DEFAULT_REPLICATION_FACTOR =
            new ConfigKey<>(
                    "default.replication.factor",
                    ValueType.count(0, 127),
                    "0",
                    "Replicas of each partition of a topic that is made without a number of them. 0:"
                            + " three, or as many as there are brokers if these are fewer.");

    static final ConfigKey<Duration> REPLICA_LAG =
            new ConfigKey<>(
                    "replica.lag.ms",
                    ValueType.millis(Duration.ofMillis(500), Duration.ofMinutes(5)),
                    "5000",
                    "A replica that was not at its leader's log end for as long leaves the in-sync"
                            + " replicas.");
    static final ConfigKey<Long> CATCH_UP_RATE =
            new ConfigKey<>(
                    "replica.catch.up.bytes.per.second",
                    ValueType.bytes(0, 1L << 40),
                    Long.toString(100 * MIB),
                    "What this broker receives, over all partitions, for replicas that are not in"
                            + " sync, unless a reassignment sets another limit. 0: no limit.");

    static final ConfigKey<Path> DATA_DIR =
            new ConfigKey<>(
                    "data.dir",
                    ValueType.directory(),
                    "./data",
                    "Where everything of this node lies. Made and formatted if it is missing or"
                            + " empty; refused if it is another node's.");
    static final ConfigKey<Long> DISK_RESERVE =
            new ConfigKey<>(
                    "disk.reserve.bytes",
                    ValueType.bytes(0, 1L << 50),
                    Long.toString(256 * MIB),
                    "Room on the disk of `data.dir` below which appends are refused. Reads, retention"
                            + " and metadata go on.");
    static final ConfigKey<Boolean> REPLACE_LOST_DISKS =
            new ConfigKey<>(
                    "auto.replace.lost.disk",
                    ValueType.flag(),
                    "false",
                    "Of a controller: whether a broker that comes with an empty disk in place of the"
                            + " one it had fills it anew at once. Otherwise it stays out until `taffrail"
                            + " cluster replace-disk` says that the disk is gone, and not merely not"
                            + " mounted.");
    static final ConfigKey<Duration> RETENTION_INTERVAL =
            interval(
                    "retention.interval.ms",
                    30_000,
                    "How often age and size of logs are looked at.");
    static final ConfigKey<Duration> COMPACTION_INTERVAL =
            interval(
                    "compaction.interval.ms",
                    15_000,
                    "How often logs with `cleanup.policy=compact` are compacted.");
    static final ConfigKey<Duration> CHECKPOINT_INTERVAL =
            interval(
                    "checkpoint.interval.ms",
                    30_000,
                    "How often recovery points are written: what lies above them is verified at a"
                            + " start after a crash.");
    static final ConfigKey<Duration> SCRUB_INTERVAL =
            interval(
                    "scrub.interval.ms",
                    10_000,
                    "How often 4 MiB of one log, in turn, are read and verified.");

    static final ConfigKey<Integer> MAX_CONNECTIONS =
            new ConfigKey<>(
                    "api.max.connections",
                    ValueType.count(1, 1_000_000),
                    "10000",
                    "Connections of clients and other brokers together. More are closed at once.");
    static final ConfigKey<Integer> MAX_STREAMS =
            new ConfigKey<>(
                    "api.max.streams.per.connection",
                    ValueType.count(1, 1_000_000),
                    "10000",
                    "Calls on one connection at a time. A client holds back more.");
    static final ConfigKey<Long> MAX_REQUEST =
            new ConfigKey<>(
                    "api.max.request.bytes",
                    ValueType.bytes(1 << 10, 256 * MIB),
                    Long.toString(16 * MIB),
                    "Largest message that a client may send. Above every topic's `max.message.bytes`.");
    static final ConfigKey<Duration> CONNECTION_AGE =
            new ConfigKey<>(
                    "api.connection.max.age.ms",
                    ValueType.millis(Duration.ofSeconds(1), Duration.ofDays(365)),
                    "1800000",
                    "Age at which a connection is asked to end, so that clients spread over new nodes;"
                            + " give or take a tenth.");
    static final ConfigKey<Duration> STOP_GRACE =
            new ConfigKey<>(
                    "api.stop.grace.ms",
                    ValueType.millis(Duration.ZERO, Duration.ofHours(1)),
                    "10000",
                    "How long a node that stops waits for calls before it cuts them off.");

    static final ConfigKey<Long> PRODUCE_WAITING =
            new ConfigKey<>(
                    "produce.waiting.bytes.per.stream",
                    ValueType.bytes(1 << 10, 1L << 30),
                    Long.toString(8 * MIB),
                    "Received on one stream and not yet in the log: above it the stream is not read"
                            + " until some of it is.");
    static final ConfigKey<Long> FETCH_RESPONSE =
            new ConfigKey<>(
                    "fetch.max.response.bytes",
                    ValueType.bytes(1 << 10, 256 * MIB),
                    Long.toString(8 * MIB),
                    "What a response to a reader is cut at, whatever it asks for. A single batch may"
                            + " be larger.");
    static final ConfigKey<Long> FETCH_BUFFER =
            new ConfigKey<>(
                    "fetch.buffer.bytes",
                    ValueType.bytes(MIB, 1L << 40),
                    Long.toString(256 * MIB),
                    "What all responses together may hold that wait for slow receivers.");

    /** In the order of the documentation. */
    static final List<ConfigSection> SECTIONS =
            List.of(
                    new ConfigSection("The node", List.of(NODE_ID, ROLES, RACK, LOG_FORMAT)),
                    new ConfigSection(
                            "Addresses",
                            List.of(
                                    API_LISTEN,
                                    API_ADVERTISED,
                                    RAFT_LISTEN,
                                    HTTP_LISTEN,
                                    INSECURE_LISTEN)),
                    new ConfigSection(
                            "The cluster",
                            List.of(
                                    CONTROLLERS,
                                    ELECTION_TIMEOUT,
                                    SESSION_TIMEOUT,
                                    DEFAULT_PARTITIONS,
                                    DEFAULT_REPLICATION_FACTOR)),
                    new ConfigSection("Replication", List.of(REPLICA_LAG, CATCH_UP_RATE)),
                    new ConfigSection(
                            "The disk",
                            List.of(
                                    DATA_DIR,
                                    DISK_RESERVE,
                                    REPLACE_LOST_DISKS,
                                    RETENTION_INTERVAL,
                                    COMPACTION_INTERVAL,
                                    CHECKPOINT_INTERVAL,
                                    SCRUB_INTERVAL)),
                    new ConfigSection(
                            "Limits",
                            List.of(
                                    MAX_CONNECTIONS,
                                    MAX_STREAMS,
                                    MAX_REQUEST,
                                    CONNECTION_AGE,
                                    STOP_GRACE,
                                    PRODUCE_WAITING,
                                    FETCH_RESPONSE,
                                    FETCH_BUFFER)),
                    new ConfigSection(
                            "Defaults of topics' settings",
                            Arrays.stream(TopicSetting.values())
                                    .<ConfigKey<?>>map(ConfigTable::topicDefault)
                                    .toList()));

    private static final Map<String, ConfigKey<?>> BY_NAME =
            SECTIONS.stream()
                    .flatMap(section -> section.keys().stream())
                    .collect(Collectors.toUnmodifiableMap(ConfigKey::name, Function.identity()));

    private ConfigTable() {}

    private static ConfigKey<Duration> interval(String name, long builtInMs, String documentation) {
        return new ConfigKey<>(
                name,
                ValueType.millis(MILLISECOND, Duration.ofDays(365)),
                Long.toString(builtInMs),
                documentation);
    }

    /** The key that holds the cluster's default of a topic's setting. */
    static ConfigKey<String> topicDefault(TopicSetting setting) {
        return new ConfigKey<>(
                "topic." + setting.key(),
                ValueType.topicSetting(setting),
                setting.builtIn(),
                setting.documentation());
    }

    static Optional<ConfigKey<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static Set<String> names() {
        return BY_NAME.keySet();
    }

    /** Whether keys begin with {@code name} and a dot. */
    static boolean isPrefix(String name) {
        return names().stream().anyMatch(key -> key.startsWith(name + "."));
    }
}
