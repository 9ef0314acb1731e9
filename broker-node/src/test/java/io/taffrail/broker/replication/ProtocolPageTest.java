// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/protocol.md names tests that there are, and leaves no rule without one. */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("..", "docs", "protocol.md");
    private static final Pattern RULE = Pattern.compile("\\*\\*([PI]\\d+)\\. ");
    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    private final Map<String, Path> sources = new HashMap<>();

    ProtocolPageTest() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.map(each -> each.resolve("src/test/java")).toList()) {
                if (Files.isDirectory(module)) {
                    try (Stream<Path> files = Files.walk(module)) {
                        files.filter(file -> file.toString().endsWith(".java"))
                                .forEach(file -> sources.put(className(file), file));
                    }
                }
            }
        }
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    @Test
    void namesTestsThatThereAre() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher name = NAME.matcher(Files.readString(PAGE));
        while (name.find()) {
            if (!exists(name.group(1), name.group(2))) {
                missing.add(name.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    private boolean exists(String className, String method) {
        Path source = sources.get(className);
        return source != null && (method == null || read(source).contains(" " + method + "("));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leavesNoRuleWithoutATest() throws IOException {
        Map<String, String> rules = new HashMap<>();
        String page = Files.readString(PAGE);
        Matcher rule = RULE.matcher(page);
        int from = 0;
        String id = "";
        while (rule.find()) {
            rules.put(id, page.substring(from, rule.start()));
            id = rule.group(1);
            from = rule.end();
        }
        rules.put(id, page.substring(from));
        for (int number = 1; number <= 23; number++) {
            assertThat(rules.getOrDefault("P" + number, "")).as("P%d", number).contains("Test");
        }
        for (int number = 1; number <= 10; number++) {
            assertThat(rules.getOrDefault("I" + number, "")).as("I%d", number).contains("Test");
        }
    }
}
