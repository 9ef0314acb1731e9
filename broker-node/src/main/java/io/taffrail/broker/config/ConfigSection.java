// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.List;

/** Keys that belong together, as the documentation shows them. */
record ConfigSection(String title, List<ConfigKey<?>> keys) {
    ConfigSection {
        keys = List.copyOf(keys);
    }
}
