// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cluster's defaults for topics' settings: what stands under {@code topic.} in a node's
 * configuration.
 *
 * @param values by setting; those that are missing are built in
 */
public record TopicDefaults(Map<TopicSetting, String> values) {
    /** Nothing but what is built in. */
    public static final TopicDefaults BUILT_IN = new TopicDefaults(Map.of());

    public TopicDefaults {
        values = Map.copyOf(values);
    }

    /** The value that counts, given the topic's own settings. */
    public String effective(Map<String, String> own, TopicSetting setting) {
        String value = own.get(setting.key());
        return value == null ? inherited(setting) : value;
    }

    /** The value that counts where the topic has none of its own. */
    public String inherited(TopicSetting setting) {
        return values.getOrDefault(setting, setting.builtIn());
    }

    /** What is wrong with a topic's own settings; empty if nothing is. */
    public static List<String> problemsWith(Map<String, String> own) {
        List<String> problems = new ArrayList<>();
        own.forEach(
                (key, value) ->
                        TopicSetting.named(key)
                                .ifPresentOrElse(
                                        setting ->
                                                setting.problemWith(value).ifPresent(problems::add),
                                        () ->
                                                problems.add(
                                                        "there is no topic setting '"
                                                                + key
                                                                + "'")));
        return problems;
    }
}
