// SPDX-License-Identifier: Apache-2.0
/**
 * What producers, consumers and admin calls of a client share: channels to brokers, the cluster's
 * metadata, and how failures are told apart. The client's own; not for users.
 */
package io.taffrail.client.connection;
