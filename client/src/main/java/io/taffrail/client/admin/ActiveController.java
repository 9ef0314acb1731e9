// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * Who leads the controllers' Raft group.
 *
 * @param nodeId the active controller
 * @param term Raft's
 */
public record ActiveController(int nodeId, long term) {}
