// SPDX-License-Identifier: Apache-2.0
package io.taffrail.benchmark.failover;

import java.time.Duration;

/**
 * What one run of a scenario gave.
 *
 * @param gap for how long the slowest partition was not there
 * @param failedRecords that were given up
 */
record Outcome(Duration gap, int failedRecords) {}
