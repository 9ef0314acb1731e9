// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.function.Predicate;

/**
 * One call on the simulated disk.
 *
 * @param number counts from 1; a read has the number of the operation before it
 * @param path the file or directory; for an open file the path it was opened by
 * @param target where a rename leads; {@code path} for all others
 * @param position of the bytes in the file, or its new size for a truncation
 * @param length of the bytes; 0 where there are none
 */
public record Operation(
        long number, Kind kind, Path path, Path target, long position, long length) {
    /** What is done. All but reads are numbered. */
    public enum Kind {
        CREATE,
        MAKE_DIRECTORY,
        WRITE,
        TRUNCATE,
        FORCE,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        READ
    }

    /**
     * Operations of one kind on files whose name matches, such as {@code *.log}; a rename matches
     * by either name.
     */
    public static Predicate<Operation> matching(Kind kind, String nameGlob) {
        PathMatcher names = FileSystems.getDefault().getPathMatcher("glob:" + nameGlob);
        return operation ->
                operation.kind == kind
                        && (nameMatches(names, operation.path)
                                || nameMatches(names, operation.target));
    }

    private static boolean nameMatches(PathMatcher names, Path path) {
        Path name = path.getFileName();
        return name != null && names.matches(name);
    }

    @Override
    public String toString() {
        String what = "#" + number + " " + kind + " " + path;
        return switch (kind) {
            case RENAME -> what + " -> " + target;
            case WRITE, READ -> what + " [" + position + ", " + (position + length) + ")";
            case TRUNCATE -> what + " to " + position;
            default -> what;
        };
    }
}
