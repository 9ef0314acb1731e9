// SPDX-License-Identifier: Apache-2.0
/** What this broker knows of the cluster, and how it asks the active controller for more. */
package io.taffrail.broker.metadata;
