// SPDX-License-Identifier: Apache-2.0
/**
 * What a partition remembers of its idempotent producers, so that a retry is written once (KIP-98,
 * P23).
 */
package io.taffrail.logstore.producer;
