// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.List;

/** The configuration cannot be used. The message holds all that is wrong with it, a line each. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super("the configuration cannot be used:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, a sentence each. */
    public List<String> problems() {
        return problems;
    }
}
