// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cli.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taffrail.model.HostPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that stands in for a node: what reaches its API it passes on to the {@link FakeNodes}
 * of the process that started it. It ends when its stdin does.
 */
public final class FakeNode {
    private FakeNode() {}

    public static void main(String[] args) throws IOException {
        Files.createDirectories(Path.of(setting(args, "data.dir"), "logs"));
        HostPort api = HostPort.parse(setting(args, "api.listen"));
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        List<String> ports = Files.readAllLines(FakeNodes.portFile(parent));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listening = new ServerSocket(api.port(), 50, loopback);
                Socket hello = new Socket(loopback, Integer.parseInt(ports.get(0)))) {
            FakeNodes.daemon(() -> passAll(listening, Integer.parseInt(ports.get(1))));
            hello.getOutputStream()
                    .write((setting(args, "node.id") + "\n" + api + "\n").getBytes(UTF_8));
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        System.exit(0);
    }

    /** The value of a {@code key=value} among the arguments. */
    public static String setting(String[] args, String key) {
        return Stream.of(args)
                .filter(arg -> arg.startsWith(key + "="))
                .map(arg -> arg.substring(key.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private static void passAll(ServerSocket listening, int port) {
        try {
            while (true) {
                Socket from = listening.accept();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                FakeNodes.daemon(() -> pass(from, to));
                FakeNodes.daemon(() -> pass(to, from));
            }
        } catch (IOException e) {
            System.err.println("the fake node accepts no more: " + e.getMessage());
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            byte[] buffer = new byte[64 << 10];
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // one side has gone, and so goes the other
        }
    }
}
