// SPDX-License-Identifier: Apache-2.0
/**
 * The controller's gRPC services, and the soft state of the active controller: who is in contact.
 * Only commands change the cluster's state; what is here proposes them.
 */
package io.taffrail.controller.service;
