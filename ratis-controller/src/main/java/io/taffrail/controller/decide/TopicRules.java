// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.decide;

import io.taffrail.model.cluster.TopicEntry;
import io.taffrail.model.config.TopicDefaults;
import io.taffrail.model.config.TopicSetting;
import java.util.EnumMap;
import java.util.Map;

/**
 * Those of a topic's settings that elections depend on.
 *
 * @param flushOnCommit what a replica acknowledged is on its disk
 * @param uncleanElection a replica that may lack committed records may be elected
 * @param lastLeaderRecovers the last leader may be elected when no replica is known to be complete
 * @param minIsr as set; empty: a majority
 */
record TopicRules(
        boolean flushOnCommit, boolean uncleanElection, boolean lastLeaderRecovers, String minIsr) {

    static TopicRules of(TopicEntry topic, TopicDefaults defaults) {
        Map<String, String> own = topic.configs();
        return new TopicRules(
                defaults.effective(own, TopicSetting.FLUSH).equals("commit"),
                defaults.effective(own, TopicSetting.UNCLEAN_LEADER_ELECTION_ENABLE).equals("true"),
                defaults.effective(own, TopicSetting.RECOVERY).equals("last-leader"),
                defaults.effective(own, TopicSetting.MIN_INSYNC_REPLICAS));
    }

    /** P8: what is set, else a majority; never more than there shall be replicas. */
    int effectiveMinIsr(int replicas) {
        return minIsr.isEmpty() ? replicas / 2 + 1 : Math.min(Integer.parseInt(minIsr), replicas);
    }

    /** The same, with an election that may lose records. */
    TopicRules electingUncleanly() {
        return new TopicRules(flushOnCommit, true, lastLeaderRecovers, minIsr);
    }

    /** Defaults by name, without what is not known here or cannot be. */
    static TopicDefaults defaultsNamed(Map<String, String> configs) {
        Map<TopicSetting, String> values = new EnumMap<>(TopicSetting.class);
        configs.forEach(
                (name, value) ->
                        TopicSetting.named(name)
                                .filter(setting -> setting.problemWith(value).isEmpty())
                                .ifPresent(setting -> values.put(setting, value)));
        return new TopicDefaults(values);
    }
}
