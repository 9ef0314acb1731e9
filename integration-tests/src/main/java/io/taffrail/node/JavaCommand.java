// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The beginning of a command that runs Java, as {@code bin/taffrail} does. */
final class JavaCommand {
    private JavaCommand() {}

    /** Options of a JVM that ends before a second compiler would pay, and some more. */
    static List<String> shortLived(String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("-XX:+UseSerialGC");
        options.add("-XX:TieredStopAtLevel=1");
        return List.copyOf(options);
    }

    /** With the Java of this process; a class path is to follow. May be added to. */
    static List<String> of(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        return command;
    }

    /** With the classes of this process: the name of the main class is to follow. */
    static List<String> ofTheseClasses(List<String> options) {
        List<String> command = of(options);
        command.addAll(ClassArchive.classPathOptions());
        return command;
    }
}
