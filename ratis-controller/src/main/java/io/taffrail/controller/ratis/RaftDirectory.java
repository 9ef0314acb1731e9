// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.ControllerStartException;
import io.taffrail.controller.membership.Formation;
import io.taffrail.controller.membership.Formation.Stage;
import io.taffrail.controller.membership.FormationStore;
import io.taffrail.controller.quorum.PeerName;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at Raft's folder before Ratis does, which would format what it does not find, and says
 * little about what it cannot read.
 */
public final class RaftDirectory implements FormationStore {
    private static final Pattern LOG = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.\\d+_(\\d+)");
    private static final String REMEDY =
            " Restore the folder from a backup of this disk; where other controllers have the state,"
                    + " replace this one by a newly formatted node.";

    private final Path directory;
    private final PeerName self;

    /**
     * @param self the member whose folder it has to be
     */
    public RaftDirectory(Path directory, PeerName self) {
        this.directory = directory;
        this.self = self;
    }

    Path path() {
        return directory;
    }

    /**
     * What was formed here; empty: nothing yet.
     *
     * @throws ControllerStartException if the folder is damaged, incomplete or another's
     */
    public Optional<Formation> open() throws ControllerStartException {
        try {
            if (!Files.exists(directory)) {
                return Optional.empty(); // and who is refused for that leaves nothing behind
            }
            Optional<Formation> found = FormationFile.read(directory);
            checkGroups(found);
            if (found.isPresent()) {
                check(found.get());
            }
            return found;
        } catch (IOException e) {
            throw new ControllerStartException(
                    "the controller's folder " + directory + " cannot be used: " + e, e);
        }
    }

    @Override
    public void store(Formation formation) throws IOException {
        Files.createDirectories(directory);
        FormationFile.write(directory, formation);
    }

    private void checkGroups(Optional<Formation> formation)
            throws IOException, ControllerStartException {
        for (UUID group : groups()) {
            if (formation.isEmpty()) {
                throw new ControllerStartException(
                        directory.resolve(group.toString())
                                + " holds a controllers' log, but "
                                + directory.resolve(FormationFile.NAME)
                                + ", which says whose it is, is missing."
                                + REMEDY);
            }
            if (!formation.get().clusterId().equals(group)) {
                throw new ControllerStartException(
                        directory
                                + " belongs to the cluster "
                                + formation.get().clusterId()
                                + " and holds a log of the cluster "
                                + group
                                + ". Each node needs a data folder of its own.");
            }
        }
    }

    private List<UUID> groups() throws IOException {
        List<UUID> groups = new ArrayList<>();
        for (String name : names(directory)) {
            if (name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
                groups.add(UUID.fromString(name));
            }
        }
        return groups;
    }

    private void check(Formation formation) throws IOException, ControllerStartException {
        if (!formation.self().equals(self)) {
            throw new ControllerStartException(
                    directory
                            + " belongs to the controller "
                            + formation.self()
                            + " (node id and directory id); this node is "
                            + self
                            + ". Start it with its own node.id and data.dir.");
        }
        Path current = directory.resolve(formation.clusterId().toString()).resolve("current");
        Path meta = current.resolve("raft-meta");
        if (formation.stage() == Stage.REMOVED) {
            return; // Raft does not run here any more
        }
        if (formation.stage() == Stage.FORMED || Files.exists(meta)) {
            checkMeta(meta);
        }
        if (formation.stage() == Stage.FORMED) { // else it stopped before an entry came
            checkLog(current, formation.peers().size() == 1);
        }
    }

    private static void checkMeta(Path meta) throws IOException, ControllerStartException {
        if (!Files.exists(meta)) {
            throw new ControllerStartException(
                    "the controller's file " + meta + " is missing." + REMEDY);
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(meta, StandardCharsets.UTF_8)) {
            properties.load(reader);
            Long.parseLong(properties.getProperty("term", ""));
        } catch (IllegalArgumentException | IOException e) {
            throw new ControllerStartException(
                    "the controller's file "
                            + meta
                            + " is damaged: it names no term. A disk that was full or lost power may do that."
                            + REMEDY,
                    e);
        }
    }

    /** Without the log's beginning a state could be put together with a hole in it. */
    private static void checkLog(Path current, boolean alone)
            throws IOException, ControllerStartException {
        OptionalLong start = indexes(current, LOG).stream().mapToLong(Long::longValue).min();
        Path snapshots = current.resolveSibling("sm");
        long covered =
                indexes(snapshots, SNAPSHOT).stream().mapToLong(Long::longValue).max().orElse(-1);
        boolean installed = !alone && covered >= 0; // by a leader: a log comes with the next entry
        if (start.isEmpty() && !installed) {
            throw new ControllerStartException(
                    "the controllers' log in " + current + " is missing." + REMEDY);
        }
        if (start.orElse(0) > covered + 1) {
            throw new ControllerStartException(
                    String.format(
                            "the controllers' log in %s starts at %d, but the snapshots in %s end at %d: a snapshot"
                                    + " is missing.%s",
                            current, start.getAsLong(), snapshots, covered, REMEDY));
        }
    }

    private static List<Long> indexes(Path folder, Pattern pattern) throws IOException {
        List<Long> indexes = new ArrayList<>();
        for (String name : names(folder)) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                indexes.add(Long.parseLong(matcher.group(1)));
            }
        }
        return indexes;
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
