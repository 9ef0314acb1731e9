// SPDX-License-Identifier: Apache-2.0
/**
 * {@code taffrail log}: a log on a disk, without a server. Works on the files alone, through {@code
 * log-store}.
 */
package io.taffrail.cli.log;
