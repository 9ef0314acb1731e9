// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark;

import java.util.function.Consumer;

/** Something that a log does, measured beside what the bare file system does. */
interface Scenario {
    /** Hands over each finding as soon as there is one. */
    void run(Settings settings, Consumer<Finding> findings) throws Exception;
}
