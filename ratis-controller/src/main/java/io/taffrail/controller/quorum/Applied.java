// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.quorum;

import io.taffrail.controller.decide.ControllerState;
import io.taffrail.controller.decide.Decision;
import io.taffrail.model.cluster.MetadataVersion;

/**
 * A command that is committed and applied.
 *
 * @param version the place of its entry
 * @param after the state after it
 */
public record Applied(MetadataVersion version, Decision decision, ControllerState after) {}
