// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

/** How the process's own log lines look. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object a line, for machines. */
    JSON
}
