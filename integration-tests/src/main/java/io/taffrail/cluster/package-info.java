// SPDX-License-Identifier: Apache-2.0
/** Clusters of real processes, and relays between them that cut, hold and delay what they say. */
package io.taffrail.cluster;
