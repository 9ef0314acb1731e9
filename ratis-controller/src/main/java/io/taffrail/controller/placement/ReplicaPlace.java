// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.placement;

import io.taffrail.model.cluster.DirectoryId;

/** Where a replica goes. */
public record ReplicaPlace(int brokerId, DirectoryId directoryId) {}
