// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.polyglot;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.node.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client in Python, out of nothing but the stubs that its tools generate from the {@code .proto}
 * files: the modules {@code test_*.py} among the resources, one after the other.
 */
class PythonClientIT {
    @TempDir private static Path folder;
    private static Python python;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws IOException {
        python = Python.ready();
        node = NodeProcess.start(folder);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"test_batches", "test_topics", "test_append", "test_produce", "test_fetch"})
    void passes(String module) throws IOException {
        Command.Outcome outcome = python.test(module, node.api().toString());
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }
}
