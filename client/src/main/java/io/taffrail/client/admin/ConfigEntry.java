// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * A setting in effect.
 *
 * @param inheritedValue what the value would be without the topic's own setting
 * @param readOnly cannot be changed after the topic was made
 * @param documentation for people: meaning, unit, range
 */
public record ConfigEntry(
        String name,
        String value,
        Source source,
        String inheritedValue,
        boolean readOnly,
        String documentation) {
    /** Where a value comes from. */
    public enum Source {
        UNKNOWN,
        /** Set on the topic. */
        TOPIC,
        /** The cluster's default. */
        CLUSTER,
        /** Built in. */
        DEFAULT
    }
}
