// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

/** {@code docs/configuration.md}, made of the table of keys. */
final class ConfigurationPage {
    private static final String INTRODUCTION =
            """
            # Configuration

            This page is made of the code: `ConfigTable`, and `TopicSetting` for the settings of topics.

            Without any configuration `taffrail server` starts one node that is broker and controller, listens on this machine alone and
            keeps its data in `./data`.

            A key gets its value from the first of these that names it:

            1. `--set node.id=3` on the command line;
            2. the environment: `TAFFRAIL_NODE_ID=3`, the key in capitals with underscores for dots;
            3. the file that `--config` names, in YAML: `node.id: 3`, or `id: 3` below `node:`. A list may be written as one;
            4. the default below.

            All that is wrong is reported at once, each with its source and with what is allowed, and the node does not start: keys that do not
            exist, values that are not allowed, also where another source overrides them, values that do not go together.

            **The network.** There is no TLS and no authentication yet. A node listens on loopback addresses alone unless
            `insecure.listen=true` says that the network keeps strangers out; whoever reaches its ports can read, write and delete everything.
            An address is `host:port`, an IPv6 address in brackets: `[::1]:9650`. Who listens on all addresses (`0.0.0.0`, `[::]`) must say under
            which one others reach the node (`api.advertised`).

            **Several nodes.** Each has its own `node.id`, `data.dir` and addresses, and all have the same `controllers`:

            ```yaml
            node.id: 3
            roles: broker
            data.dir: /var/lib/taffrail
            api:
              listen: 10.0.0.3:9650
            http.listen: 127.0.0.1:9652
            insecure.listen: true
            controllers:
              - 0@10.0.0.10:9651:9650
              - 1@10.0.0.11:9651:9650
              - 2@10.0.0.12:9651:9650
            ```
            """;

    private static final String TOPICS =
            """
            A topic's own setting counts, else the cluster's default under `topic.`, else the one built in. They are read by the controllers
            and by the brokers: give them alike on every node.
            """;

    private ConfigurationPage() {}

    static String text() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (ConfigSection section : ConfigTable.SECTIONS) {
            page.append("\n## ").append(section.title()).append("\n\n");
            boolean topics = section.keys().get(0).name().startsWith("topic.");
            page.append(topics ? TOPICS + "\n" : "");
            page.append(topics ? "| key | default | |\n" : "| key | default | allowed | |\n");
            page.append(topics ? "| --- | --- | --- |\n" : "| --- | --- | --- | --- |\n");
            section.keys().forEach(key -> page.append(row(key, topics)));
        }
        return page.toString();
    }

    private static String row(ConfigKey<?> key, boolean topics) {
        return "| `"
                + key.name()
                + "` | "
                + (key.builtIn().isEmpty() ? "" : "`" + key.builtIn() + "`")
                + " | "
                + (topics ? "" : key.type().allowed() + " | ")
                + key.documentation()
                + " |\n";
    }
}
