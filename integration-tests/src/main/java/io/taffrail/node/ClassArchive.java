// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes of a node, parsed and verified, in a file that every Java process maps (JEP 350):
 * that halves what a start takes. The first process that needs it makes it from one start of a
 * node, once for each build. Without the modules' jars, as in an IDE, there is none.
 */
final class ClassArchive {
    private static final String PREFIX = "node-classes-";

    private static List<String> found; // null: not asked for yet

    private ClassArchive() {}

    /** The class path of this process, and the archive. */
    static synchronized List<String> classPathOptions() {
        if (found == null) {
            try {
                found = find();
            } catch (IOException e) {
                throw new UncheckedIOException("no archive of a node's classes can be made", e);
            }
        }
        return found;
    }

    private static List<String> find() throws IOException {
        List<Path> entries =
                Pattern.compile(Pattern.quote(File.pathSeparator))
                        .splitAsStream(System.getProperty("java.class.path"))
                        .map(Path::of)
                        .toList();
        Path ownClasses = ownClasses();
        List<Path> jars = entries.stream().filter(Files::isRegularFile).toList();
        List<Path> folders = entries.stream().filter(Files::isDirectory).toList();
        boolean modulesAreJars =
                folders.stream().allMatch(each -> each.startsWith(ownClasses.getParent()));
        if (!modulesAreJars) {
            return List.of("-cp", join(entries));
        }
        List<Path> jarsFirst = new ArrayList<>(jars); // an archive holds no class of a folder
        jarsFirst.addAll(folders);
        List<String> options = new ArrayList<>();
        archive(jars, ownClasses.getParent())
                .ifPresent(archive -> options.add("-XX:SharedArchiveFile=" + archive));
        options.add("-Xlog:cds*=off"); // what it cannot take from there is no output of a command
        options.addAll(List.of("-cp", join(jarsFirst)));
        return options;
    }

    private static String join(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Where this class is: {@code target/classes}, or a jar in {@code target}. */
    private static Path ownClasses() throws IOException {
        try {
            URI location =
                    ClassArchive.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(location);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** Empty if this Java makes none. */
    private static Optional<Path> archive(List<Path> jars, Path target) throws IOException {
        Path archive = target.resolve(PREFIX + fingerprint(jars) + ".jsa");
        Path lock = target.resolve(PREFIX + "lock");
        try (FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var unused = channel.lock(); // until it is closed: each fork of the tests comes here
            if (!Files.exists(archive)) {
                deleteEarlierOnes(target);
                make(archive, jars, target);
            }
        }
        return Files.exists(archive) ? Optional.of(archive) : Optional.empty();
    }

    /** Java refuses an archive of other jars, or of another Java. */
    private static String fingerprint(List<Path> jars) throws IOException {
        StringBuilder all = new StringBuilder(Runtime.version() + System.getProperty("java.home"));
        for (Path jar : jars) {
            all.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar));
        }
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static void deleteEarlierOnes(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX) && !name.endsWith("lock")) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Starts a node, which writes the archive as it ends. */
    private static void make(Path archive, List<Path> jars, Path target) throws IOException {
        Path unfinished = target.resolve(PREFIX + "unfinished");
        Path folder = Files.createTempDirectory("node-classes");
        List<String> java =
                JavaCommand.of(JavaCommand.shortLived("-XX:ArchiveClassesAtExit=" + unfinished));
        java.addAll(List.of("-cp", join(jars)));
        try (NodeProcess node = new NodeProcess(java, folder, List.of())) {
            node.launch();
            node.awaitServing();
            node.terminate();
            if (Files.exists(unfinished)) {
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            deleteAll(folder);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
