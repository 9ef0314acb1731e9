// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of a node, checked.
 *
 * @param nodeId from 0
 * @param roles at least one
 * @param rack where replicas of one partition should not be together
 * @param controllers all of the cluster, by id; never empty
 * @param electionTimeout silence of the active controller after which others stand for election
 * @param sessionTimeout silence of a broker after which the controller fences it (P6)
 */
public record NodeConfig(
        int nodeId,
        Set<Role> roles,
        Optional<String> rack,
        ListenConfig listen,
        List<ControllerAddress> controllers,
        Duration electionTimeout,
        Duration sessionTimeout,
        TopicsConfig topics,
        StorageConfig storage,
        ReplicationConfig replication,
        LimitsConfig limits,
        LogFormat logFormat) {
    public NodeConfig {
        roles = Set.copyOf(roles);
        controllers = List.copyOf(controllers);
    }

    /**
     * Reads the configuration: a {@code --set} counts before the environment, that before the file,
     * and that before the defaults.
     *
     * @param file in YAML; empty: there is none
     * @param environment of the process; {@code TAFFRAIL_NODE_ID} is {@code node.id}
     * @param sets each {@code key=value}
     * @throws ConfigException with all that is wrong
     */
    public static NodeConfig load(
            Optional<Path> file, Map<String, String> environment, List<String> sets)
            throws ConfigException {
        List<String> problems = new ArrayList<>();
        ConfigValues values =
                ConfigValues.resolve(
                        List.of(
                                ConfigSources.commandLine(sets, problems),
                                ConfigSources.environment(environment),
                                file.map(path -> YamlSource.read(path, problems))
                                        .orElse(List.of())),
                        problems);
        Conflicts.find(values, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new NodeConfigAssembly(values).assemble();
    }

    /** Whether this node is that, too. */
    public boolean has(Role role) {
        return roles.contains(role);
    }
}
