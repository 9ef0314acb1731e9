// SPDX-License-Identifier: Apache-2.0
/** One node under load: slow readers, many slots, many partitions, and what they cost. */
package io.taffrail.node.load;
