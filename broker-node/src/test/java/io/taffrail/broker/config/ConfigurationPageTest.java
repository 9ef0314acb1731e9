// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String WRITE = "taffrail.docs.write";

    @Test
    void isWhatTheTableSays() throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(PAGE, ConfigurationPage.text());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as(
                        "docs/configuration.md is out of date; to write it anew: mvn test -pl"
                                + " broker-node -Dtest=ConfigurationPageTest -D"
                                + WRITE
                                + "=true")
                .isEqualTo(ConfigurationPage.text());
    }
}
