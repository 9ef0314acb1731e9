// SPDX-License-Identifier: Apache-2.0
/** Which brokers get which replicas. Pure: the same image gives the same places everywhere. */
package io.taffrail.controller.placement;
