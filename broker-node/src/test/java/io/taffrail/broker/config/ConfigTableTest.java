// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ConfigTableTest {
    private static Stream<ConfigKey<?>> keys() {
        return ConfigTable.SECTIONS.stream().flatMap(section -> section.keys().stream());
    }

    @Test
    void allowsEveryDefault() {
        assertThat(keys()).allSatisfy(key -> assertThat(key.problemWith(key.builtIn())).isEmpty());
    }

    @Test
    void hasNoKeyThatIsASectionToo() {
        assertThat(keys().map(ConfigKey::name)).noneMatch(ConfigTable::isPrefix);
    }

    @Test
    void isReadFromTheEnvironmentUnderItsName() {
        assertThat(keys().map(ConfigKey::name))
                .allSatisfy(
                        name -> {
                            String variable =
                                    "TAFFRAIL_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
                            assertThat(ConfigSources.environment(Map.of(variable, "1")))
                                    .containsExactly(
                                            new GivenValue(name, "1", "environment " + variable));
                        });
    }

    @Test
    void isDocumented() {
        assertThat(keys())
                .allSatisfy(
                        key ->
                                assertThat(key.documentation())
                                        .endsWith(".")
                                        .hasSizeGreaterThan(20));
    }

    @Test
    void suggestsTheNearestKey() {
        Map<String, String> meant =
                Map.of(
                        "nodeId", "node.id",
                        "NODE_ID", "node.id",
                        "datadir", "data.dir",
                        "session.timeout", "session.timeout.ms",
                        "api.listn", "api.listen",
                        "cleanup.policy", "topic.cleanup.policy",
                        "topic.retention.byte", "topic.retention.bytes");
        meant.forEach(
                (mistaken, name) ->
                        assertThat(Suggestion.nearest(mistaken, ConfigTable.names()))
                                .as(mistaken)
                                .contains(name));
        assertThat(List.of("x", "log.dirs.of.kafka", "zookeeper.connect"))
                .allMatch(word -> Suggestion.nearest(word, ConfigTable.names()).isEmpty());
    }
}
