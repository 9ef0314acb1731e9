// SPDX-License-Identifier: Apache-2.0
/**
 * The consumer. A {@link io.taffrail.client.fetch.FetchStream} to each broker brings batches on
 * credit, a {@link io.taffrail.client.fetch.PartitionReader} keeps them and knows where reading is,
 * and the caller's thread takes the records out of them. The client's own; not for users.
 */
package io.taffrail.client.fetch;
