// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.polyglot;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Python with gRPC's packages, and the stubs that these generate. The packages are those that
 * {@code requirements.txt} pins; they are installed into {@code target} once, and again when it
 * changes.
 */
final class Python {
    private static final Path PROTOBUF = Path.of("..", "grpc-api", "src", "main", "protobuf");
    private static final List<String> PUBLIC_FILES =
            List.of(
                    "taffrail/v1/records.proto",
                    "taffrail/v1/log_service.proto",
                    "taffrail/v1/admin_service.proto");
    private static final Path HOME = Path.of("target", "polyglot-python").toAbsolutePath();
    private static final Path INTERPRETER = HOME.resolve(Path.of("venv", "bin", "python"));
    private static final Path INSTALLED = HOME.resolve("installed.txt"); // written last
    private static final Path STUBS = HOME.resolve("stubs");

    /** The compiler, told where the packages have google/rpc and google/protobuf. */
    private static final String GENERATOR =
            """
            import sys
            import sysconfig
            from grpc_tools import protoc
            packages = sysconfig.get_paths()["purelib"]
            more = ["-I", packages, "-I", packages + "/grpc_tools/_proto"]
            sys.exit(protoc.main(sys.argv + more))
            """;

    private final Path scripts;

    private Python(Path scripts) {
        this.scripts = scripts;
    }

    /** Installs what is missing; the test is skipped where that cannot be done. */
    static Python ready() throws IOException {
        Python python = new Python(scripts());
        python.install();
        generateStubs();
        return python;
    }

    private static Path scripts() {
        try {
            return Path.of(Python.class.getResource("/polyglot").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void install() throws IOException {
        Path requirements = scripts.resolve("requirements.txt");
        if (Files.exists(INSTALLED) && Files.mismatch(INSTALLED, requirements) < 0) {
            return;
        }
        Files.deleteIfExists(INSTALLED);
        Command.of("python3", "-m", "venv", "--clear", HOME.resolve("venv")).runToInstall();
        Command.of(
                        INTERPRETER,
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--requirement",
                        requirements)
                .runToInstall();
        Files.copy(requirements, INSTALLED);
    }

    /** Always, as they take no time, and the {@code .proto} files change. */
    private static void generateStubs() throws IOException {
        Files.createDirectories(STUBS);
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                "-c",
                                GENERATOR,
                                "-I",
                                PROTOBUF,
                                "--python_out=" + STUBS,
                                "--grpc_python_out=" + STUBS));
        arguments.addAll(PUBLIC_FILES);
        Command.Outcome outcome = Command.of(INTERPRETER, arguments.toArray()).run();
        if (outcome.exitCode() != 0) {
            throw new AssertionError("no stubs: " + outcome.output());
        }
    }

    /** Runs the unit tests of a module. */
    Command.Outcome test(String module, String address) throws IOException {
        return Command.of(INTERPRETER, "-B", "-m", "unittest", "--verbose", module)
                .with("PYTHONPATH", scripts + File.pathSeparator + STUBS)
                .with("TAFFRAIL_ADDRESS", address)
                .run();
    }
}
