// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A change to directory entries that no directory sync has made durable: an entry added, removed,
 * or moved, which is both at once, whether inside one directory or between two.
 *
 * @param number of the operation that made it
 */
record NameChange(long number, Node node, Optional<Entry> removed, Optional<Entry> added) {
    /** A name in a directory. */
    record Entry(DirectoryNode directory, String name) {
        boolean is(DirectoryNode otherDirectory, String otherName) {
            return directory == otherDirectory && name.equals(otherName);
        }
    }

    static NameChange add(long number, Node node, Entry entry) {
        return new NameChange(number, node, Optional.empty(), Optional.of(entry));
    }

    static NameChange remove(long number, Node node, Entry entry) {
        return new NameChange(number, node, Optional.of(entry), Optional.empty());
    }

    static NameChange move(long number, Node node, Entry from, Entry to) {
        return new NameChange(number, node, Optional.of(from), Optional.of(to));
    }

    List<DirectoryNode> directories() {
        return entries().map(Entry::directory).distinct().toList();
    }

    boolean concerns(DirectoryNode directory, String name) {
        return entries().anyMatch(entry -> entry.is(directory, name));
    }

    private Stream<Entry> entries() {
        return Stream.of(removed, added).flatMap(Optional::stream);
    }
}
