// SPDX-License-Identifier: Apache-2.0
package io.taffrail.logstore.inspect;

/**
 * Something that {@link LogVerifier} noticed.
 *
 * @param file its name, or that of the directory
 * @param what a sentence for a person
 */
public record Finding(Severity severity, String file, String what) {
    /** Whether something has to be done about it. */
    public enum Severity {
        /** Nothing is wrong: how a log may look in use, or after its process died. */
        NOTE,
        /** What stands there is not what should stand there. */
        DAMAGE
    }
}
