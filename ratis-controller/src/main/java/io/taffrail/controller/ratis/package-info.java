// SPDX-License-Identifier: Apache-2.0
/**
 * The Raft group: the log of commands, its state machine and snapshots. The only package that
 * imports Ratis. Commands are decided in {@link io.taffrail.controller.decide}; what is here
 * decodes, calls, and keeps.
 */
package io.taffrail.controller.ratis;
