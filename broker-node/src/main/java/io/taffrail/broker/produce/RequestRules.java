// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.produce;

import io.taffrail.model.Acks;
import io.taffrail.model.TopicPartition;

/** Rules that several requests share. */
final class RequestRules {
    private RequestRules() {}

    /** Refuses a name that no topic can have, rather than to look for it everywhere. */
    static void requireTopicName(String field, String topic) throws RejectedRequestException {
        try {
            TopicPartition.requireTopicName(topic);
        } catch (IllegalArgumentException e) {
            throw RejectedRequestException.invalid(
                    field,
                    "is not 1 to 190 characters out of a-z A-Z 0-9 . _ -, or is '.' or '..'");
        }
    }

    static Acks acks(String field, io.taffrail.api.v1.Acks acks) throws RejectedRequestException {
        return switch (acks) {
            case ACKS_UNSPECIFIED, ACKS_ALL -> Acks.ALL;
            case ACKS_LEADER -> Acks.LEADER;
            case UNRECOGNIZED -> throw RejectedRequestException.invalid(field, "is not known here");
        };
    }
}
