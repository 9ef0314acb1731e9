// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration of a node: a table of keys, the sources that give them values, and the
 * immutable records that come out. Whatever is wrong is said at once, and the process does not
 * start.
 */
package io.taffrail.broker.config;
