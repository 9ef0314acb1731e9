// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the sources that are no files: the command line and the environment. */
final class ConfigSources {
    static final String PREFIX = "TAFFRAIL_";

    /** Read by other parts: the launcher, the command line's client. */
    private static final Set<String> OF_OTHERS = Set.of("TAFFRAIL_JAVA_OPTS", "TAFFRAIL_BOOTSTRAP");

    /**
     * What Kubernetes puts into every container of a namespace that has a Service whose name begins
     * with taffrail. No key looks so.
     */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile(
                    "TAFFRAIL_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?"
                            + "|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private ConfigSources() {}

    /** Reads {@code --set key=value}. */
    static List<GivenValue> commandLine(List<String> sets, List<String> problems) {
        List<GivenValue> given = new ArrayList<>();
        for (String set : sets) {
            int equals = set.indexOf('=');
            if (equals < 1) {
                problems.add("--set " + set + ": expected --set key=value");
            } else {
                String key = set.substring(0, equals).strip();
                given.add(new GivenValue(key, set.substring(equals + 1).strip(), "--set"));
            }
        }
        return given;
    }

    /** Reads {@code TAFFRAIL_NODE_ID=3} as {@code node.id} 3. */
    static List<GivenValue> environment(Map<String, String> environment) {
        List<GivenValue> given = new ArrayList<>();
        new TreeMap<>(environment)
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(PREFIX) && isOurs(name)) {
                                given.add(
                                        new GivenValue(
                                                keyOf(name), value.strip(), "environment " + name));
                            }
                        });
        return given;
    }

    private static boolean isOurs(String name) {
        return !OF_OTHERS.contains(name) && !OF_KUBERNETES.matcher(name).matches();
    }

    private static String keyOf(String name) {
        return name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
