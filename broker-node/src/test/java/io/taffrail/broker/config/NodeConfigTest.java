// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taffrail.broker.fetch.FetchLimits;
import io.taffrail.broker.produce.ProduceLimits;
import io.taffrail.broker.rpc.ApiLimits;
import io.taffrail.model.HostPort;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeConfigTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    /** Every key but those of topics, and two of these, with another value than its default. */
    private static final List<String> EVERY_KEY =
            List.of(
                    "node.id=3",
                    "roles=broker",
                    "rack=zone-a",
                    "log.format=json",
                    "api.listen=0.0.0.0:1",
                    "api.advertised=n3.example.com:2",
                    "raft.listen=[::1]:3",
                    "http.listen=localhost:4",
                    "insecure.listen=true",
                    "controllers=1@a:11:12, 2@[fd00::2]:21:22",
                    "raft.election.timeout.ms=700",
                    "session.timeout.ms=5000",
                    "default.partitions=6",
                    "default.replication.factor=2",
                    "replica.lag.ms=2500",
                    "replica.catch.up.bytes.per.second=99",
                    "data.dir=/srv/taffrail",
                    "disk.reserve.bytes=7",
                    "auto.replace.lost.disk=true",
                    "retention.interval.ms=8",
                    "compaction.interval.ms=9",
                    "checkpoint.interval.ms=10",
                    "scrub.interval.ms=11",
                    "api.max.connections=12",
                    "api.max.streams.per.connection=13",
                    "api.max.request.bytes=2097152",
                    "api.connection.max.age.ms=15000",
                    "api.stop.grace.ms=16",
                    "produce.waiting.bytes.per.stream=1717",
                    "fetch.max.response.bytes=1818",
                    "fetch.buffer.bytes=1919191",
                    "topic.flush=os",
                    "topic.min.insync.replicas=1");

    @TempDir private Path temporary;

    private static NodeConfig sets(String... sets) throws ConfigException {
        return NodeConfig.load(Optional.empty(), NO_ENVIRONMENT, List.of(sets));
    }

    private static List<String> problems(String... sets) {
        return problems(Optional.empty(), NO_ENVIRONMENT, sets);
    }

    private static List<String> problems(
            Optional<Path> file, Map<String, String> environment, String... sets) {
        return catchThrowableOfType(
                        ConfigException.class,
                        () -> NodeConfig.load(file, environment, List.of(sets)))
                .problems();
    }

    private Path yaml(String... lines) throws IOException {
        return Files.writeString(
                temporary.resolve("taffrail.yaml"), String.join("\n", lines), UTF_8);
    }

    private NodeConfig fromYaml(String... lines) throws IOException, ConfigException {
        return NodeConfig.load(Optional.of(yaml(lines)), NO_ENVIRONMENT, List.of());
    }

    private List<String> yamlProblems(String... lines) throws IOException {
        return problems(Optional.of(yaml(lines)), NO_ENVIRONMENT);
    }

    // ---- what comes out

    @Test
    void startsOneNodeWithoutAnyConfiguration() throws ConfigException {
        assertThat(sets())
                .isEqualTo(
                        new NodeConfig(
                                0,
                                EnumSet.allOf(Role.class),
                                Optional.empty(),
                                new ListenConfig(
                                        HostPort.parse("127.0.0.1:9650"),
                                        Optional.empty(),
                                        HostPort.parse("127.0.0.1:9651"),
                                        HostPort.parse("127.0.0.1:9652")),
                                List.of(new ControllerAddress(0, "127.0.0.1", 9651, 9650)),
                                Duration.ofMillis(400),
                                Duration.ofSeconds(3),
                                new TopicsConfig(TopicDefaults.BUILT_IN, 1, 0),
                                new StorageConfig(
                                        Path.of("./data"),
                                        256 << 20,
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(15),
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(10),
                                        false),
                                new ReplicationConfig(Duration.ofSeconds(5), 100L << 20),
                                new LimitsConfig(
                                        ApiLimits.DEFAULTS,
                                        ProduceLimits.DEFAULT,
                                        FetchLimits.DEFAULT),
                                LogFormat.TEXT));
    }

    @Test
    void putsEveryKeyInItsPlace() throws ConfigException {
        NodeConfig config = sets(EVERY_KEY.toArray(String[]::new));
        assertThat(config)
                .isEqualTo(
                        new NodeConfig(
                                3,
                                EnumSet.of(Role.BROKER),
                                Optional.of("zone-a"),
                                new ListenConfig(
                                        new HostPort("0.0.0.0", 1),
                                        Optional.of(new HostPort("n3.example.com", 2)),
                                        new HostPort("::1", 3),
                                        new HostPort("localhost", 4)),
                                List.of(
                                        new ControllerAddress(1, "a", 11, 12),
                                        new ControllerAddress(2, "fd00::2", 21, 22)),
                                Duration.ofMillis(700),
                                Duration.ofSeconds(5),
                                new TopicsConfig(
                                        new TopicDefaults(
                                                Map.of(
                                                        TopicSetting.FLUSH,
                                                        "os",
                                                        TopicSetting.MIN_INSYNC_REPLICAS,
                                                        "1")),
                                        6,
                                        2),
                                new StorageConfig(
                                        Path.of("/srv/taffrail"),
                                        7,
                                        Duration.ofMillis(8),
                                        Duration.ofMillis(9),
                                        Duration.ofMillis(10),
                                        Duration.ofMillis(11),
                                        true),
                                new ReplicationConfig(Duration.ofMillis(2500), 99),
                                new LimitsConfig(
                                        new ApiLimits(
                                                12,
                                                13,
                                                2097152,
                                                Duration.ofMillis(15000),
                                                Duration.ofMillis(16)),
                                        ProduceLimits.DEFAULT.withMaxWaitingBytes(1717),
                                        new FetchLimits(
                                                FetchLimits.DEFAULT.maxSlotsPerStream(),
                                                FetchLimits.DEFAULT.maxCreditBytes(),
                                                1818,
                                                FetchLimits.DEFAULT.onReadyThresholdBytes(),
                                                1919191,
                                                FetchLimits.DEFAULT.idleInterval(),
                                                FetchLimits.DEFAULT.tailAge())),
                                LogFormat.JSON));
    }

    @Test
    void knowsTheKeysThatAreTestedHereAndNoOthers() {
        assertThat(ConfigTable.names())
                .filteredOn(name -> !name.startsWith("topic."))
                .containsExactlyInAnyOrderElementsOf(
                        EVERY_KEY.stream()
                                .map(set -> set.substring(0, set.indexOf('=')))
                                .filter(name -> !name.startsWith("topic."))
                                .toList());
    }

    @Test
    void startsTheNodeInTheDocumentation() throws IOException, ConfigException {
        String page = ConfigurationPage.text();
        int begin = page.indexOf("```yaml") + "```yaml".length();
        NodeConfig config = fromYaml(page.substring(begin, page.indexOf("```", begin)));
        assertThat(config.nodeId()).isEqualTo(3);
        assertThat(config.controllers()).hasSize(3);
    }

    @Test
    void advertisesAsListenedWithThePortThatWasChosen() throws ConfigException {
        assertThat(sets("api.listen=[::1]:0").listen().advertised(1234))
                .isEqualTo(new HostPort("::1", 1234));
        assertThat(sets("api.advertised=a:7").listen().advertised(1234))
                .isEqualTo(new HostPort("a", 7));
    }

    @Test
    void readsWhatControllerAddressesWrite() throws ConfigException {
        String text = "0@[::1]:11:12,1@a.example.com:21:22";
        assertThat(sets("controllers=" + text).controllers())
                .extracting(ControllerAddress::toString)
                .containsExactly(text.split(","));
    }

    // ---- the sources

    @Test
    void takesTheCommandLineBeforeTheEnvironmentBeforeTheFileBeforeDefaults()
            throws IOException, ConfigException {
        Path file = yaml("node.id: 1", "rack: file", "default.partitions: 11");
        NodeConfig config =
                NodeConfig.load(
                        Optional.of(file),
                        Map.of(
                                "TAFFRAIL_NODE_ID", "2",
                                "TAFFRAIL_RACK", "environment",
                                "PATH", "/bin"),
                        List.of("node.id=3"));
        assertThat(config.nodeId()).isEqualTo(3);
        assertThat(config.rack()).contains("environment");
        assertThat(config.topics().partitions()).isEqualTo(11);
        assertThat(config.logFormat()).isEqualTo(LogFormat.TEXT);
    }

    @Test
    void readsNestedMapsDottedKeysAndLists() throws IOException, ConfigException {
        NodeConfig config =
                fromYaml(
                        "# a comment",
                        "node:",
                        "  id: 1",
                        "api.listen: '[::1]:9650'",
                        "api:",
                        "  max:",
                        "    connections: 77",
                        "rack:",
                        "topic:",
                        "  retention:",
                        "    ms: 604800001",
                        "controllers:",
                        "  - 0@127.0.0.1:1:2",
                        "  - 1@127.0.0.1:3:4",
                        "default:");
        assertThat(config.nodeId()).isEqualTo(1);
        assertThat(config.listen().api()).isEqualTo(new HostPort("::1", 9650));
        assertThat(config.limits().api().maxConnections()).isEqualTo(77);
        assertThat(config.rack()).isEmpty();
        assertThat(config.topics().defaults().inherited(TopicSetting.RETENTION_MS))
                .isEqualTo("604800001");
        assertThat(config.controllers()).hasSize(2);
    }

    @Test
    void takesAnEmptyFileForNone() throws IOException, ConfigException {
        assertThat(fromYaml("# nothing", "")).isEqualTo(sets());
    }

    @Test
    void leavesOthersVariablesAlone() throws ConfigException {
        NodeConfig config =
                NodeConfig.load(
                        Optional.empty(),
                        Map.of(
                                "TAFFRAIL_JAVA_OPTS", "-Xmx1g",
                                "TAFFRAIL_PORT", "tcp://10.0.0.1:9650",
                                "TAFFRAIL_PORT_9650_TCP_ADDR", "10.0.0.1",
                                "TAFFRAIL_BROKERS_SERVICE_HOST", "10.0.0.1",
                                "TAFFRAIL_SERVICE_PORT_API", "9650"),
                        List.of());
        assertThat(config).isEqualTo(sets());
    }

    // ---- problems

    @Test
    void saysAllThatIsWrongAtOnce() throws IOException {
        Path file = yaml("node:", "  idd: 1", "session.timeout.ms: soon");
        assertThat(
                        problems(
                                Optional.of(file),
                                Map.of("TAFFRAIL_ROLES", "boss", "TAFFRAIL_FOO_BAR", "1"),
                                "default.partitions=0",
                                "nonsense",
                                "retention.ms=5"))
                .containsExactlyInAnyOrder(
                        "--set nonsense: expected --set key=value",
                        "--set: default.partitions is '0': allowed is 1 to 100000",
                        "--set: there is no key 'retention.ms': did you mean 'topic.retention.ms'?",
                        "environment TAFFRAIL_ROLES: roles is 'boss': allowed is broker, controller,"
                                + " or several, separated by commas",
                        "environment TAFFRAIL_FOO_BAR: there is no key 'foo.bar':"
                                + " docs/configuration.md lists all",
                        file + " line 2: there is no key 'node.idd': did you mean 'node.id'?",
                        file
                                + " line 3: session.timeout.ms is 'soon': allowed is 500 to 300000"
                                + " milliseconds");
    }

    @Test
    void saysWhatIsWrongWithAValueThatDoesNotCount() {
        assertThat(problems(Optional.empty(), Map.of("TAFFRAIL_NODE_ID", "x"), "node.id=1"))
                .singleElement()
                .asString()
                .startsWith("environment TAFFRAIL_NODE_ID: node.id is 'x': allowed is 0 to");
    }

    @Test
    void hasAllProblemsInItsMessage() {
        ConfigException e =
                catchThrowableOfType(
                        ConfigException.class, () -> sets("node.id=x", "default.partitions=x"));
        assertThat(e)
                .hasMessageContaining("node.id is 'x'")
                .hasMessageContaining("default.partitions is 'x'");
    }

    @Test
    void refusesAKeyThatIsGivenTwoValuesInOnePlace() throws IOException {
        assertThat(problems("node.id=1", "node.id=2"))
                .containsExactly("--set: node.id is '2', and --set says '1': give it once");
        assertThat(yamlProblems("node.id: 1", "node:", "  id: 2"))
                .singleElement()
                .asString()
                .contains("line 3: node.id is '2', and", "line 1 says '1'");
    }

    @Test
    void refusesTheRulesOfATopicsSetting() {
        assertThat(problems("topic.flush=never", "topic.retention.ms=-2"))
                .containsExactly(
                        "--set: topic.flush is 'never': allowed is commit or os",
                        "--set: topic.retention.ms is '-2': allowed is at least -1");
    }

    @Test
    void refusesAddressesThatNobodyCanConnectTo() {
        for (String address : List.of("0.0.0.0:9650", "[::]:9650", "[0:0::0]:9650", "a:0", "a")) {
            assertThat(problems("api.advertised=" + address))
                    .singleElement()
                    .asString()
                    .contains("api.advertised is '" + address + "'", "not 0.0.0.0 or [::]");
        }
        assertThat(problems("api.listen=[::]:9650", "insecure.listen=true"))
                .singleElement()
                .asString()
                .contains("api.listen is '[::]:9650' (--set), to which nobody can connect");
    }

    @Test
    void refusesToListenToTheWorldWithoutBeingTold() {
        assertThat(problems("raft.listen=10.0.0.1:9651", "http.listen=n1:9652"))
                .hasSize(2)
                .allMatch(problem -> problem.contains("insecure.listen=true"));
        assertThat(problems("api.listen=0.0.0.0:9650", "api.advertised=a:1")).hasSize(1);
    }

    @Test
    void listensToThisMachineAlone() throws ConfigException {
        for (String host : List.of("localhost", "LOCALHOST", "127.3.2.1", "[::1]", "[0::1%lo]")) {
            sets("api.listen=" + host + ":1", "raft.listen=" + host + ":2");
        }
    }

    @Test
    void refusesTwoListenersOnOnePort() throws ConfigException {
        assertThat(problems("http.listen=127.0.0.1:9650"))
                .singleElement()
                .asString()
                .contains(
                        "api.listen is '127.0.0.1:9650' (the default), and http.listen is"
                                + " '127.0.0.1:9650' (--set)");
        sets("api.listen=127.0.0.1:0", "raft.listen=127.0.0.1:0", "http.listen=127.0.0.1:0");
    }

    @Test
    void refusesControllersThatCannotBe() {
        for (String list :
                List.of(
                        "0@a:1",
                        "a:1:2",
                        "0@::1:1:2",
                        "0@a:1:2,0@b:1:2",
                        "0@a:1:2,1@a:1:3",
                        "0@0.0.0.0:1:2",
                        "0@a:0:2",
                        "0@a:1:2,",
                        "x@a:1:2",
                        "0@a:1:99999")) {
            assertThat(problems("controllers=" + list))
                    .singleElement()
                    .asString()
                    .contains("controllers is '" + list + "': allowed is", "id@host:raftPort");
        }
    }

    @Test
    void refusesARoleThatTheListOfControllersDenies() {
        assertThat(problems("roles=broker"))
                .singleElement()
                .asString()
                .contains("list them in controllers");
        assertThat(problems("node.id=7", "controllers=0@a:1:2,1@b:1:2"))
                .singleElement()
                .asString()
                .contains("node.id is '7'", "roles is 'broker,controller' (the default)");
        assertThat(problems("roles=broker", "controllers=0@a:1:2")).hasSize(1);
    }

    @Test
    void refusesLimitsThatNoTopicCanMeet() {
        assertThat(problems("topic.min.insync.replicas=3", "default.replication.factor=2"))
                .singleElement()
                .asString()
                .contains("more replicas than there are");
        assertThat(problems("topic.max.message.bytes=16777216"))
                .singleElement()
                .asString()
                .contains("api.max.request.bytes is '16777216' (the default), too little");
    }

    @Test
    void saysOfAFileWhatIsWrongWithIt() throws IOException {
        assertThat(problems(Optional.of(temporary.resolve("none.yaml")), NO_ENVIRONMENT))
                .containsExactly(temporary.resolve("none.yaml") + " does not exist");
        assertThat(problems(Optional.of(temporary), NO_ENVIRONMENT)).hasSize(1);
        assertThat(yamlProblems("node.id: 1", "rack: ["))
                .singleElement()
                .asString()
                .contains("line", "is not YAML");
        assertThat(yamlProblems("just words")).singleElement().asString().contains("holds no keys");
        assertThat(yamlProblems("rack: a", "---", "rack: b"))
                .singleElement()
                .asString()
                .contains("a second document");
        assertThat(yamlProblems("rack: &x a", "node.id: 1", "data.dir: *x"))
                .singleElement()
                .asString()
                .contains("data.dir is an alias");
        assertThat(yamlProblems("controllers: [{id: 1}]"))
                .singleElement()
                .asString()
                .contains("list of lists or maps");
    }
}
