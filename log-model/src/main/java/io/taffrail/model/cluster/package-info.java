// SPDX-License-Identifier: Apache-2.0
/**
 * The cluster's metadata as immutable values: what the controllers decide on, and what every broker
 * follows. A {@link MetadataImage} is the state at one place of the controllers' log; a {@link
 * MetadataChange} is one thing in it as it is from then on. Applying the changes in order gives the
 * same image everywhere.
 */
package io.taffrail.model.cluster;
