// SPDX-License-Identifier: Apache-2.0
/**
 * {@code taffrail topic}: topics, their settings, their partitions and where those begin and end.
 */
package io.taffrail.cli.topic;
