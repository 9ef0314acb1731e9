// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.connection;

import io.taffrail.model.HostPort;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where to go for a partition, and what to say of it there (P14).
 *
 * @param address of its leader, or of a door
 * @param topicId if known
 * @param leaderEpoch the newest that is known
 */
public record Route(HostPort address, Optional<String> topicId, OptionalInt leaderEpoch) {}
