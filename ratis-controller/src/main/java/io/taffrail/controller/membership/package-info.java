// SPDX-License-Identifier: Apache-2.0
/**
 * Who belongs to the controllers' group: how a new cluster is formed (P5), and how members come and
 * go. What is decided here is decided in pure rules; {@link
 * io.taffrail.controller.membership.GroupChanges} is what Raft has to do.
 */
package io.taffrail.controller.membership;
