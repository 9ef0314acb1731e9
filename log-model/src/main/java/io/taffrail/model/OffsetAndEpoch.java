// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model;

/** An offset, and a leader epoch that goes with it; the method that returns one says how. */
public record OffsetAndEpoch(long offset, int leaderEpoch) {}
