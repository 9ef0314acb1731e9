// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taffrail.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyDumpTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path temp;
    private Path log;
    private byte[] lines;

    @BeforeEach
    void makeLog() {
        log = temp.resolve("log");
        lines = TestLog.make(log);
    }

    private List<JsonNode> dump(Object... options) throws IOException {
        List<Object> args = new ArrayList<>(List.of("log", "dump", log, "-o", "json"));
        args.addAll(List.of(options));
        Cli.Result result = Cli.run(args.toArray());
        assertThat(result.exitCode()).as(result.err()).isZero();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : result.lines()) {
            nodes.add(JSON.readTree(line));
        }
        return nodes;
    }

    @Test
    void aSoundLogIsCalledSoundAndNothingIsTouched() throws IOException {
        Map<String, String> before = TestLog.contents(log);

        Cli.Result verify = Cli.run("log", "verify", log);
        assertThat(verify.exitCode()).isZero();
        assertThat(verify.out()).contains("SOUND: log-0.", "offsets 0 to 399");
        assertThat(verify.out()).doesNotContain("DAMAGE:", "NOTE");
        assertThat(Cli.run("log", "dump", log).exitCode()).isZero();
        assertThat(Cli.run("log", "cat", log).exitCode()).isZero();
        assertThat(TestLog.contents(log)).isEqualTo(before);
    }

    @Test
    void aFlippedBitIsFoundInEveryFile() throws IOException {
        List<Path> files = TestLog.files(log, "");
        assertThat(files).hasSizeGreaterThan(10);
        for (Path file : files) {
            long size = Files.size(file);
            boolean sidecar = file.endsWith("fsynced-end"); // between its slots is nothing
            for (long at = sidecar ? 512 : 0; at < size; at += 1 + size / 12) {
                TestLog.flipBit(file, at);
                Cli.Result verify = Cli.run("log", "verify", log);
                assertThat(verify.exitCode()).as("%s, byte %d", file, at).isEqualTo(1);
                assertThat(verify.out() + verify.err()).contains(file.getFileName().toString());
                TestLog.flipBit(file, at);
            }
        }
        assertThat(Cli.run("log", "verify", log).exitCode()).isZero();
    }

    @Test
    void missingFilesAreFound() throws IOException {
        Path first = TestLog.files(log, ".log").get(0);
        byte[] bytes = Files.readAllBytes(first);
        Files.delete(first);
        assertThat(Cli.run("log", "verify", log).exitCode()).isEqualTo(1);
        Files.write(first, bytes);
        assertThat(Cli.run("log", "verify", log).exitCode()).isZero();

        Path last = TestLog.files(log, ".log").get(1);
        Files.delete(last);
        Cli.Result gap = Cli.run("log", "verify", log);
        assertThat(gap.exitCode()).isEqualTo(1);
        assertThat(gap.out()).contains("does not begin where the segment before it ends");
        assertThat(Cli.run("log", "cat", log).exitCode()).isEqualTo(1);
    }

    @Test
    void aTailThatWasOnDiskAndIsGoneIsALoss() throws IOException {
        List<Path> segments = TestLog.files(log, ".log");
        Path last = segments.get(segments.size() - 1);
        TestLog.truncate(last, 0);

        Cli.Result verify = Cli.run("log", "verify", log);
        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out()).contains("records are lost");
        Cli.Result cat = Cli.run("log", "cat", log);
        assertThat(cat.exitCode()).isEqualTo(1);
        assertThat(cat.err()).contains("records are lost");
    }

    @Test
    void anAppendThatWasNotFinishedIsNoDamage() throws IOException {
        List<Path> segments = TestLog.files(log, ".log");
        byte[] entry = Files.readAllBytes(segments.get(0));
        // Its placement is of another offset, so only its beginning may be taken for an entry's.
        Files.write(
                segments.get(segments.size() - 1),
                java.util.Arrays.copyOf(entry, 20),
                StandardOpenOption.APPEND);

        Cli.Result verify = Cli.run("log", "verify", log);
        assertThat(verify.out()).contains("NOTE:", "an append that was not finished", "\nSOUND");
        assertThat(verify.exitCode()).isZero();
        Cli.Result cat = Cli.run("log", "cat", log);
        assertThat(cat.exitCode()).isZero();
        assertThat(cat.output()).isEqualTo(lines);
        Cli.Result append = TestLog.append(log, TestLog.lines(1), List.of());
        assertThat(append.err()).contains("the last append was not finished: cut 20 bytes");
        assertThat(append.exitCode()).isZero();
    }

    @Test
    void verifySpeaksJson() throws IOException {
        TestLog.flipBit(TestLog.files(log, ".index").get(0), 40);

        Cli.Result verify = Cli.run("log", "verify", log, "-o", "json");

        List<String> kinds = new ArrayList<>();
        for (String line : verify.lines()) {
            kinds.add(JSON.readTree(line).fieldNames().next());
        }
        assertThat(kinds).contains("segment_summary").endsWith("finding", "verdict");
        JsonNode verdict = JSON.readTree(verify.lines().get(verify.lines().size() - 1));
        assertThat(verdict.get("verdict").get("sound").asBoolean()).isFalse();
        assertThat(verdict.get("verdict").get("log_end_offset").textValue()).isEqualTo("400");
    }

    @Test
    void dumpShowsTheFieldsOfRecordBatch() throws IOException {
        List<JsonNode> batches = dump("--records");

        JsonNode first = batches.get(0);
        assertThat(first.get("base_offset").textValue()).isEqualTo("0");
        assertThat(first.get("leader_epoch").intValue()).isZero();
        assertThat(first.get("compression").textValue()).isEqualTo("COMPRESSION_NONE");
        assertThat(first.get("crc32c").isIntegralNumber()).isTrue();
        assertThat(first.get("record_count").intValue()).isEqualTo(first.get("records").size());
        assertThat(first.get("records").get(0).get("value").binaryValue())
                .asString()
                .isEqualTo("line number 0");
        int records = batches.stream().mapToInt(b -> b.get("record_count").intValue()).sum();
        assertThat(records).isEqualTo(400);
        assertThat(dump("--from", 300).get(0).get("base_offset").textValue())
                .satisfies(base -> assertThat(Long.parseLong(base)).isBetween(280L, 300L));
    }

    @Test
    void dumpShowsSegments() throws IOException {
        List<JsonNode> segments = dump("--segments");

        assertThat(segments).hasSize(TestLog.files(log, ".log").size());
        assertThat(segments.get(1).at("/segment_summary/base_offset"))
                .isEqualTo(segments.get(0).at("/segment_summary/end_offset"));
        assertThat(Cli.run("log", "dump", log, "--segments").out()).startsWith("SEGMENT");
    }

    @Test
    void dumpGoesOnBehindDamage() throws IOException {
        List<JsonNode> whole = dump();
        Path first = TestLog.files(log, ".log").get(0);
        long position = whole.get(3).get("position").asLong();
        TestLog.flipBit(first, position + 100); // in the records
        TestLog.flipBit(first, whole.get(6).get("position").asLong() + 2); // in the length
        Map<String, String> before = TestLog.contents(log);

        List<JsonNode> damaged = dump();

        assertThat(damaged).hasSize(whole.size());
        assertThat(damaged.get(2)).isEqualTo(whole.get(2));
        assertThat(damaged.get(4)).isEqualTo(whole.get(4));
        assertThat(damaged.get(7)).isEqualTo(whole.get(7));
        JsonNode range = damaged.get(3).get("damage");
        assertThat(range.get("position").asLong()).isEqualTo(position);
        assertThat(range.get("reason").textValue()).isEqualTo("BAD_BODY_CHECKSUM");
        assertThat(range.get("expected_offset")).isEqualTo(whole.get(3).get("base_offset"));
        assertThat(range.get("next_offset")).isEqualTo(whole.get(4).get("base_offset"));
        assertThat(damaged.get(6).has("damage")).isTrue();
        assertThat(Cli.run("log", "dump", log).out()).contains("DAMAGED: 00000000000000000000.log");
        assertThat(TestLog.contents(log)).isEqualTo(before);
    }

    @Test
    void catStopsAtDamageAndReadsOnBehindIt() throws IOException {
        List<JsonNode> whole = dump();
        Path first = TestLog.files(log, ".log").get(0);
        TestLog.flipBit(first, whole.get(3).get("position").asLong() + 100);
        long bad = whole.get(3).get("base_offset").asLong();

        Cli.Result cat = Cli.run("log", "cat", log);

        assertThat(cat.exitCode()).isEqualTo(1);
        assertThat(cat.lines()).hasSize((int) bad).last().isEqualTo("line number " + (bad - 1));
        assertThat(cat.err()).contains(first.getFileName().toString(), "offset " + bad);
        long behind = whole.get(4).get("base_offset").asLong();
        Cli.Result rest = Cli.run("log", "cat", log, "--from", behind);
        assertThat(rest.exitCode()).isZero();
        assertThat(rest.lines()).hasSize(400 - (int) behind);
    }
}
