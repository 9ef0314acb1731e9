// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.fetch.serve;

/** How entries of the log reach the transport. The bytes on the wire are the same. */
public enum ServingPath {
    /** Read into the heap, copied into gRPC's own buffers. Works with every transport. */
    COPIED,
    /** Read into a pooled direct buffer, which gRPC is handed in place of its own. */
    INJECTED
}
