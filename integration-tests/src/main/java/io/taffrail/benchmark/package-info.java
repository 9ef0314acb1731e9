// SPDX-License-Identifier: Apache-2.0
/**
 * How fast it is, each time beside something that is known: what kafka-clients takes for the same
 * records, or what the bare file system takes for the same bytes. Small things are measured by JMH
 * ({@code …Benchmark}), whole logs on a disk by {@link io.taffrail.benchmark.StoreBenchmark}.
 * BENCHMARKS.md of this module says how to run them and what the results mean.
 */
package io.taffrail.benchmark;
