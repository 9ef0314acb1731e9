// SPDX-License-Identifier: Apache-2.0
/**
 * How bytes of the log get into gRPC's buffers: an answer is a small header and a run of entries as
 * they are stored, which are neither decoded nor, on the {@link
 * io.taffrail.broker.fetch.serve.ServingPath#INJECTED injected} path, copied through the heap.
 */
package io.taffrail.broker.fetch.serve;
