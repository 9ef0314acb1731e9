// SPDX-License-Identifier: Apache-2.0
/**
 * Leader epoch → the first offset that was written in it: how a follower finds where its log and
 * its leader's part (KIP-101, KIP-279).
 */
package io.taffrail.logstore.epoch;
