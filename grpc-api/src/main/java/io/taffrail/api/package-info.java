// SPDX-License-Identifier: Apache-2.0
/**
 * Where protobuf and gRPC meet the words of {@code io.taffrail.model}: translators between
 * generated classes and values, and between {@link io.taffrail.model.LogError} and gRPC's statuses.
 * Nothing else translates. The generated classes are in {@code io.taffrail.api.v1} (public) and
 * {@code io.taffrail.api.internal.v1} (between nodes).
 */
package io.taffrail.api;
