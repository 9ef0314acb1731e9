// SPDX-License-Identifier: Apache-2.0
/** How this broker joins the cluster, stays counted as alive, reports its faults, and leaves. */
package io.taffrail.broker.lifecycle;
