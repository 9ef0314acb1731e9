// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.controller.decide.Command.AdoptTopicDefaults;
import io.taffrail.controller.decide.Command.AlterConfig;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.PartitionEntry;
import io.taffrail.model.cluster.ReplicaEntry;
import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.cluster.TopicImage;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Changes settings, and what elections make of them, in one command (P8). */
final class AlterConfigDecision {
    private AlterConfigDecision() {}

    static Decision decide(Draft draft, AlterConfig command) {
        Optional<TopicImage> found = TopicDecision.find(draft, command.name(), command.topicId());
        if (found.isEmpty()) {
            return draft.refuse(TopicDecision.unknown(command.name(), command.topicId()));
        }
        TopicEntry before = found.get().topic();
        SortedMap<String, String> configs = new TreeMap<>(before.configs());
        configs.keySet().removeAll(command.unset());
        configs.putAll(command.set());
        Optional<Refusal> refusal = refusal(draft, command, before, configs);
        if (refusal.isPresent()) {
            return draft.refuse(refusal.get());
        }
        TopicEntry after = before.withConfigs(configs);
        if (!after.equals(before)) {
            TopicRules rulesBefore = draft.rules(before);
            draft.add(new MetadataChange.TopicChanged(after));
            apply(draft, after, rulesBefore);
        }
        return draft.accept(new Reply.Done());
    }

    static Decision decide(Draft draft, AdoptTopicDefaults command) {
        TopicDefaults before = draft.ledger().defaults();
        draft.ledger(draft.ledger().withDefaults(command.defaults()));
        for (TopicImage topic : draft.topics()) {
            apply(draft, topic.topic(), TopicRules.of(topic.topic(), before));
        }
        return draft.accept(new Reply.Done());
    }

    private static void apply(Draft draft, TopicEntry topic, TopicRules before) {
        TopicRules after = draft.rules(topic);
        if (after.equals(before)) {
            return;
        }
        for (PartitionEntry partition :
                draft.image().topic(topic.topicId()).orElseThrow().partitions()) {
            draft.change(topic, partition, change -> edit(change, partition, before, after));
        }
    }

    private static void edit(
            PartitionDraft change, PartitionEntry partition, TopicRules before, TopicRules after) {
        if (after.flushOnCommit() == before.flushOnCommit()) {
            return;
        }
        for (ReplicaEntry replica : partition.replicas()) {
            change.flushProven(replica.brokerId(), false); // P21
        }
    }

    private static Optional<Refusal> refusal(
            Draft draft,
            AlterConfig command,
            TopicEntry before,
            SortedMap<String, String> configs) {
        Problems problems = new Problems();
        for (String name : command.unset()) {
            problems.addUnless(
                    TopicSetting.named(name).isPresent(),
                    "unset_configs",
                    "there is no topic setting '" + name + "'");
            problems.addUnless(
                    !command.set().containsKey(name),
                    "unset_configs",
                    name + " is to be set and to be unset");
        }
        checkFixed(draft.ledger().defaults(), before.configs(), configs, problems);
        checkConfigs(configs, before.replicationFactor(), problems);
        return problems.refusal();
    }

    private static void checkFixed(
            TopicDefaults defaults,
            Map<String, String> before,
            Map<String, String> after,
            Problems problems) {
        for (TopicSetting setting : TopicSetting.values()) {
            String was = defaults.effective(before, setting);
            String shall = defaults.effective(after, setting);
            problems.addUnless(
                    !setting.fixed() || was.equals(shall),
                    field(setting.key()),
                    setting.key()
                            + " cannot be changed once the topic is made: it is '"
                            + was
                            + "'");
        }
    }

    static void checkConfigs(
            SortedMap<String, String> configs, int replicationFactor, Problems problems) {
        configs.forEach(
                (name, value) -> {
                    for (String problem :
                            TopicDefaults.problemsWith(new TreeMap<>(Map.of(name, value)))) {
                        problems.add(field(name), problem);
                    }
                });
        String minIsr = TopicSetting.MIN_INSYNC_REPLICAS.key();
        String value = configs.getOrDefault(minIsr, "");
        boolean sound = TopicSetting.MIN_INSYNC_REPLICAS.problemWith(value).isEmpty();
        if (sound && !value.isEmpty() && replicationFactor > 0) {
            problems.addUnless(
                    Integer.parseInt(value) <= replicationFactor,
                    field(minIsr),
                    minIsr
                            + " is "
                            + value
                            + ", above the replication factor, "
                            + replicationFactor);
        }
    }

    private static String field(String setting) {
        return "configs[" + setting + "]";
    }
}
