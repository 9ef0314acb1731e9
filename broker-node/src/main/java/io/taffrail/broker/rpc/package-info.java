// SPDX-License-Identifier: Apache-2.0
/**
 * The gRPC server and the services of the control plane: decode, ask, answer. What clients see of
 * the cluster is made here out of the metadata image; what changes it is decided by the active
 * controller.
 */
package io.taffrail.broker.rpc;
