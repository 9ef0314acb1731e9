// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import io.taffrail.testsupport.NameChange.Entry;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Paths to nodes, with the errors that {@code java.nio} has. Used only under the disk's lock. */
final class NameTree {
    private static final Path ROOT = Path.of("/");

    private final DirectoryNode root = new DirectoryNode();

    /** Where a path leads whatever the working directory is. */
    static Path absolute(Path path) {
        return ROOT.resolve(path).normalize();
    }

    Optional<Node> find(Path path) {
        return walk(path, DirectoryNode::get);
    }

    Optional<Node> findDurable(Path path) {
        return walk(path, DirectoryNode::getDurable);
    }

    private Optional<Node> walk(Path path, BiFunction<DirectoryNode, String, Node> step) {
        Node node = root;
        for (Path name : path) {
            if (!(node instanceof DirectoryNode directory)) {
                return Optional.empty();
            }
            node = step.apply(directory, name.toString());
        }
        return Optional.ofNullable(node);
    }

    Node get(Path path) throws IOException {
        if (path.equals(ROOT)) {
            return root;
        }
        Entry entry = entry(path);
        Node node = entry.directory().get(entry.name());
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    FileNode file(Path path) throws IOException {
        if (get(path) instanceof FileNode file) {
            return file;
        }
        throw new FileSystemException(path.toString(), null, "Is a directory");
    }

    DirectoryNode directory(Path path) throws IOException {
        if (get(path) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    /** The name and the directory it is or would be in. */
    Entry entry(Path path) throws IOException {
        if (path.equals(ROOT)) {
            throw new FileSystemException(path.toString(), null, "Is the root directory");
        }
        DirectoryNode parent = root;
        for (Path name : path.getParent()) {
            Node node = parent.get(name.toString());
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
            if (!(node instanceof DirectoryNode directory)) {
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            parent = directory;
        }
        return new Entry(parent, path.getFileName().toString());
    }

    /** Whether every power cut leaves all names on the way to a node. */
    boolean isDurable(Path path) {
        DirectoryNode directory = root;
        for (int i = 0; i < path.getNameCount(); i++) {
            String name = path.getName(i).toString();
            if (!directory.isDurable(name)) {
                return false;
            }
            if (i < path.getNameCount() - 1) {
                if (!(directory.get(name) instanceof DirectoryNode next)) {
                    return false;
                }
                directory = next;
            }
        }
        return find(path).isPresent();
    }

    void requireRemovable(Node node, Path path) throws IOException {
        if (node instanceof DirectoryNode directory && !directory.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
    }

    /** What {@code rename(2)} demands of a node and the one it replaces. */
    void requireReplaceable(Path from, Path to) throws IOException {
        Node node = get(from);
        if (node instanceof DirectoryNode && to.startsWith(from)) {
            throw new FileSystemException(from.toString(), to.toString(), "Invalid argument");
        }
        Entry target = entry(to);
        Node replaced = target.directory().get(target.name());
        if (replaced == null) {
            return;
        }
        if (node instanceof FileNode && replaced instanceof DirectoryNode) {
            throw new FileSystemException(from.toString(), to.toString(), "Is a directory");
        }
        if (node instanceof DirectoryNode && replaced instanceof FileNode) {
            throw new FileSystemException(from.toString(), to.toString(), "Not a directory");
        }
        requireRemovable(replaced, to);
    }

    /** All directories and files that names lead to, those above first, ordered by name. */
    List<Node> nodes() {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node> found = new ArrayList<>();
        collect(root, seen, found);
        return found;
    }

    private static void collect(Node node, Set<Node> seen, List<Node> found) {
        if (!seen.add(node)) {
            return;
        }
        found.add(node);
        if (node instanceof DirectoryNode directory) {
            directory.children().forEach(child -> collect(child, seen, found));
        }
    }

    /** Shows in every directory what is on disk, those above first. */
    void restart() {
        restart(root, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void restart(DirectoryNode directory, Set<Node> seen) {
        if (!seen.add(directory)) {
            return;
        }
        directory.restart();
        for (Node child : directory.children()) {
            if (child instanceof DirectoryNode next) {
                restart(next, seen);
            }
        }
    }
}
