// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.polyglot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code buf curl}: a client that knows nothing of the services but what the server's reflection
 * tells. A package of npm, installed into {@code target} once.
 */
final class Buf {
    private static final String VERSION = System.getProperty("buf.version");
    private static final Path HOME = Path.of("target", "buf-" + VERSION).toAbsolutePath();
    private static final Path BUF = HOME.resolve(Path.of("node_modules", ".bin", "buf"));
    private static final Path INSTALLED = HOME.resolve("installed"); // written last
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;

    private Buf(String url) {
        this.url = url;
    }

    /** Installs it if it is missing; the test is skipped where that cannot be done. */
    static void install() throws IOException {
        if (Files.exists(INSTALLED)) {
            return;
        }
        Files.createDirectories(HOME);
        Command.of(
                        "npm",
                        "install",
                        "--prefer-offline",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        HOME,
                        "@bufbuild/buf@" + VERSION)
                .runToInstall();
        Files.createFile(INSTALLED);
    }

    /** Speaks with a server. */
    static Buf to(String address) {
        return new Buf("http://" + address);
    }

    /** All methods of all services that the server names, as {@code package.Service/Method}. */
    List<String> methods() throws IOException {
        Command.Outcome outcome = curl(url, "--list-methods");
        if (outcome.exitCode() != 0) {
            throw new AssertionError(outcome.output());
        }
        return outcome.output().lines().toList();
    }

    /** Calls a method with a request in JSON, and gives the answer. */
    JsonNode call(String method, String request) throws IOException {
        Command.Outcome outcome = curl(url + "/" + method, "--data", request);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(outcome.output());
        }
        return JSON.readTree(outcome.output());
    }

    /** Calls a method that fails, and gives the error. */
    JsonNode refused(String method, String request) throws IOException {
        Command.Outcome outcome = curl(url + "/" + method, "--data", request);
        if (outcome.exitCode() == 0) {
            throw new AssertionError("not refused: " + outcome.output());
        }
        return JSON.readTree(outcome.output());
    }

    private static Command.Outcome curl(String target, String... options) throws IOException {
        List<Object> arguments =
                new ArrayList<>(
                        List.of("curl", "--http2-prior-knowledge", "--protocol", "grpc", target));
        arguments.addAll(List.of(options));
        return Command.of(BUF, arguments.toArray()).run();
    }
}
