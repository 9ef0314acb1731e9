// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

/**
 * A member of the controllers' Raft group, named.
 *
 * @param directoryId its data directory, a UUID: a node's old and new disk are two members
 */
public record ControllerRef(int nodeId, String directoryId) {}
