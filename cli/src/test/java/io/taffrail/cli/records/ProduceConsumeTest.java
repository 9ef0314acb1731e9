// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.cli.Cli;
import io.taffrail.cli.fake.FakeCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProduceConsumeTest {
    @TempDir Path temp;

    private FakeCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = FakeCluster.start();
        cluster.createTopic("one", 1);
        cluster.createTopic("three", 3);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cli.Result run(byte[] in, Object... args) {
        Stream<Object> head = Stream.of("--bootstrap", cluster.bootstrap());
        return Cli.run(in, Stream.concat(head, Stream.of(args)).toArray());
    }

    private void produce(String lines, Object... args) {
        Stream<Object> head = Stream.of("produce");
        Cli.Result result =
                run(lines.getBytes(UTF_8), Stream.concat(head, Stream.of(args)).toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("stored ");
    }

    private String consume(Object... args) {
        return new String(consumeBytes(args), UTF_8);
    }

    private byte[] consumeBytes(Object... args) {
        Stream<Object> head = Stream.of("consume", "--until-end");
        Cli.Result result = run(new byte[0], Stream.concat(head, Stream.of(args)).toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return result.output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void aFileComesBackByteForByte(String compression) throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        bytes[bytes.length - 1] = '\n';
        Path file = Files.write(temp.resolve("file"), bytes);

        Cli.Result produced =
                run(new byte[0], "produce", "one", file, "--compression", compression);

        assertThat(produced.exitCode()).as(produced.err()).isZero();
        assertThat(consumeBytes("one")).isEqualTo(bytes);
    }

    @Test
    void aLastLineWithoutANewlineGetsOne() {
        produce("a\n\nb", "one");

        assertThat(consume("one")).isEqualTo("a\n\nb\n");
    }

    @Test
    void nothingIsProducedOfAnEmptyInputAndReadFromAnEmptyTopic() {
        produce("", "one");

        assertThat(consume("one")).isEmpty();
        assertThat(cluster.records("one", 0)).isZero();
    }

    @Test
    void messagesTakeThePlaceOfLines() {
        produce("not read", "one", "--message", "a\nb", "--message", "c");

        assertThat(consume("one", "--format", "base64")).isEqualTo("YQpi\nYw==\n");
    }

    @Test
    void keysHeadersAndTombstonesTravel() throws IOException {
        produce(
                "k1:v:1\nbare\nk2:NULL\n",
                "one",
                "--key-separator",
                ":",
                "--null",
                "NULL",
                "--header",
                "a=1=2",
                "--header",
                "a=");

        assertThat(consume("one", "--format", "key-value", "--key-separator", "=>"))
                .isEqualTo("k1=>v:1\nbare\nk2=>\n");
        List<String> lines = consume("one", "--format", "json").lines().toList();
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("topic").asText()).isEqualTo("one");
        assertThat(first.get("offset").asText()).isEqualTo("0");
        assertThat(first.get("key").binaryValue()).isEqualTo("k1".getBytes(UTF_8));
        assertThat(first.get("headers").get(0).get("value").binaryValue())
                .isEqualTo("1=2".getBytes(UTF_8));
        assertThat(first.get("headers").get(1).get("value").binaryValue()).isEmpty();
        assertThat(new ObjectMapper().readTree(lines.get(1)).has("key")).isFalse();
        assertThat(new ObjectMapper().readTree(lines.get(2)).has("value")).isFalse();
    }

    @Test
    void oneKeyKeepsToOnePartitionAndItsOrder() {
        produce("1\n2\n3\n4\n", "three", "--key", "k");

        assertThat(consume("three", "--format", "{partition} {key} {value}"))
                .matches("(?s)([0-2]) k 1\n\\1 k 2\n\\1 k 3\n\\1 k 4\n");
    }

    @Test
    void aPartitionThatIsNamedIsTheOnlyOneWrittenAndRead() {
        produce("x\n", "three", "--partition", 2);
        produce("y\n", "three", "--partition", 1);

        assertThat(cluster.records("three", 2)).isEqualTo(1);
        assertThat(consume("three", "--partition", 2)).isEqualTo("x\n");
        assertThat(consume("three").lines()).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void beginsWhereItIsToldAndEndsThere() {
        produce("0\n1\n2\n3\n4\n", "one");

        assertThat(consume("one", "--from", "3")).isEqualTo("3\n4\n");
        assertThat(consume("one", "--from", "latest")).isEmpty();
        assertThat(consume("one", "--tail", "2")).isEqualTo("3\n4\n");
        assertThat(consume("one", "--from", "1", "--max-records", "2")).isEqualTo("1\n2\n");
        assertThat(consume("one", "--max-records", "0")).isEmpty();
    }

    @Test
    void beginsAtATime() throws InterruptedException {
        produce("before\n", "one");
        long then = System.currentTimeMillis() + 1;
        while (System.currentTimeMillis() < then) {
            Thread.onSpinWait();
        }
        produce("after\n", "one");

        assertThat(consume("one", "--from", "@" + then)).isEqualTo("after\n");
        assertThat(consume("one", "--from", "@2020-01-01T00:00:00Z")).isEqualTo("before\nafter\n");
    }

    @Test
    void withoutAnEndItGoesOnWithWhatComesUntilItHasEnough() throws InterruptedException {
        produce("old\n", "one");
        Thread late =
                new Thread(
                        () -> {
                            produce("new\n", "one");
                        });
        late.start();

        Cli.Result result = run(new byte[0], "consume", "one", "--max-records", "2");
        late.join();

        assertThat(result.out()).isEqualTo("old\nnew\n");
    }

    @Test
    void endsQuietlyWhenNobodyReadsAnyMore() {
        produce("a line\n".repeat(1000), "one");
        OutputStream gone =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };

        Cli.Result result =
                Cli.runInto(
                        gone, new byte[0], "consume", "one", "--bootstrap", cluster.bootstrap());

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"produce", "consume"})
    void aTopicOrPartitionThatIsNotThereIsToldInALine(String command) {
        Cli.Result topic = run(new byte[0], command, "oen");
        Cli.Result partition = run(new byte[0], command, "three", "--partition", 3);

        assertThat(topic.exitCode()).isEqualTo(1);
        assertThat(topic.err()).contains("oen", "taffrail topic create").hasLineCount(1);
        assertThat(partition.exitCode()).isEqualTo(1);
        assertThat(partition.err())
                .contains("'three' has no partition 3: the last one is 2")
                .hasLineCount(1);
    }

    @Test
    void anOffsetOutsideOfTheLogIsToldInALine() {
        produce("a\n", "one");

        Cli.Result result = run(new byte[0], "consume", "one", "--from", "5");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("one", "taffrail topic offsets").hasLineCount(1);
    }

    @Test
    void aRecordThatIsTooLargeFailsWithTheNumberOfItsLine() {
        String lines = "small\n" + "x".repeat(2 << 20) + "\n";

        Cli.Result result = run(lines.getBytes(UTF_8), "produce", "one");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("line 2 is not stored").hasLineCount(1);
        assertThat(consume("one")).isEqualTo("small\n");
    }

    @Test
    void aFileThatIsNotThereIsToldInALine() {
        Cli.Result result = run(new byte[0], "produce", "one", temp.resolve("missing"));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("missing: there is no such file").hasLineCount(1);
    }
}
