// SPDX-License-Identifier: Apache-2.0
/**
 * Reading: the RPCs Fetch, Read and ListOffsets. A {@link io.taffrail.broker.fetch.FetchStream}
 * belongs to one thread at a time, the event loop of its connection; what may have to wait for a
 * disk, or takes long, runs on the readers.
 */
package io.taffrail.broker.fetch;
