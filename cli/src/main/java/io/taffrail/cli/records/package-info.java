// SPDX-License-Identifier: Apache-2.0
/**
 * {@code taffrail produce} and {@code taffrail consume}: lines become records, and records lines.
 */
package io.taffrail.cli.records;
