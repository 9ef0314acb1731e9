// SPDX-License-Identifier: Apache-2.0
/** Admin calls over gRPC, and their answers as values. The client's own; not for users. */
package io.taffrail.client.control;
