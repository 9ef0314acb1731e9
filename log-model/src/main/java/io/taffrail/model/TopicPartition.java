// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One partition of one topic. The name is for people; the id is what tells two topics apart.
 *
 * @param topic 1 to 190 of {@code a-z A-Z 0-9 . _ -}, and neither {@code .} nor {@code ..}: Kafka's
 *     characters; the length so that a directory's name, with partition, topic id and what is
 *     appended while it is set aside, fits the 255 bytes of a file system
 * @param partition from 0
 */
public record TopicPartition(String topic, TopicId topicId, int partition) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,190}");
    private static final Pattern DIRECTORY =
            Pattern.compile("(.+)-(0|[1-9][0-9]{0,9})\\.([0-9a-f-]{36})");

    public TopicPartition {
        requireTopicName(topic);
        if (partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " is negative");
        }
    }

    /**
     * Checks a topic's name.
     *
     * @throws IllegalArgumentException naming the rule that is broken
     */
    public static void requireTopicName(String topic) {
        if (!NAME.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException(
                    "topic name '"
                            + topic
                            + "' is not 1 to 190 characters out of a-z A-Z 0-9 . _ -, or is '.' or '..'");
        }
    }

    /**
     * Reads what {@link #directoryName} wrote.
     *
     * @throws IllegalArgumentException if {@code name} is not of that form
     */
    public static TopicPartition parseDirectoryName(String name) {
        Matcher matcher = DIRECTORY.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not <topic>-<partition>.<topic id>");
        }
        return new TopicPartition(
                matcher.group(1),
                TopicId.parse(matcher.group(3)),
                Integer.parseInt(matcher.group(2)));
    }

    /**
     * {@code <topic>-<partition>.<topic id>}: the name of this partition's directory on every
     * replica.
     */
    public String directoryName() {
        return topic + "-" + partition + "." + topicId;
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
