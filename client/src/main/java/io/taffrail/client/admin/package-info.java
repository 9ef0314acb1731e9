// SPDX-License-Identifier: Apache-2.0
/**
 * What {@link io.taffrail.client.Admin} takes and gives: values with the names and meanings of the
 * messages in {@code admin_service.proto}. Enums have an {@code UNKNOWN} for what only a later
 * version of the cluster has.
 */
package io.taffrail.client.admin;
