// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote down, for people. */
final class SoftwareVersion {
    private SoftwareVersion() {}

    static String text() {
        Properties properties = new Properties();
        try (InputStream in = SoftwareVersion.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
