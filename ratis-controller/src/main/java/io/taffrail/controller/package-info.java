// SPDX-License-Identifier: Apache-2.0
/**
 * A controller: one member of the Raft group that owns the cluster's metadata and elects the
 * leaders. {@link io.taffrail.controller.ControllerNode} is the door.
 */
package io.taffrail.controller;
