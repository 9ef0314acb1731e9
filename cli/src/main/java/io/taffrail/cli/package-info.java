// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code taffrail} command. Data goes to stdout, messages to stderr; it exits with 0 if it did
 * what was asked, 1 if it could not, 2 if it was asked wrongly.
 */
package io.taffrail.cli;
