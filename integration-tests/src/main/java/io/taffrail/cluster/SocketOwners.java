// SPDX-License-Identifier: Apache-2.0
package io.taffrail.cluster;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells which process of this machine is at the other end of a connection, by what Linux shows of
 * sockets in {@code /proc}. So one relay in front of a node knows each of its peers, and all nodes
 * can be given the same addresses.
 */
final class SocketOwners {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int INODE = 9;

    private SocketOwners() {}

    /** Whether this system shows it. */
    static boolean areShown() {
        return Files.isReadable(TABLES.get(0));
    }

    /** Which of {@code pids} opened the connection that was accepted; empty: none of them. */
    static OptionalLong opener(Socket accepted, Collection<Long> pids) throws IOException {
        Optional<String> inode = inodeOf(accepted.getPort(), accepted.getLocalPort());
        if (inode.isEmpty()) {
            return OptionalLong.empty();
        }
        String name = "socket:[" + inode.get() + "]";
        return pids.stream().mapToLong(pid -> pid).filter(pid -> holds(pid, name)).findFirst();
    }

    private static Optional<String> inodeOf(int localPort, int remotePort) throws IOException {
        for (Path table : TABLES) {
            if (!Files.isReadable(table)) {
                continue;
            }
            List<String> lines = Files.readAllLines(table);
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.strip().split("\\s+", -1);
                if (port(fields[LOCAL_ADDRESS]) == localPort
                        && port(fields[REMOTE_ADDRESS]) == remotePort) {
                    return Optional.of(fields[INODE]);
                }
            }
        }
        return Optional.empty();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    private static boolean holds(long pid, String name) {
        Path files = Path.of("/proc", Long.toString(pid), "fd");
        try (DirectoryStream<Path> open = Files.newDirectoryStream(files)) {
            for (Path file : open) {
                if (name.equals(target(file))) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // the process is gone
        }
        return false;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
