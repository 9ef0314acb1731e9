// SPDX-License-Identifier: Apache-2.0
/** {@code taffrail cluster} and {@code taffrail broker}: what the cluster is, and how it is. */
package io.taffrail.cli.cluster;
