// SPDX-License-Identifier: Apache-2.0
/** How long writes stand still when nodes of a cluster fail or stop; see BENCHMARKS.md. */
package io.taffrail.benchmark.failover;
