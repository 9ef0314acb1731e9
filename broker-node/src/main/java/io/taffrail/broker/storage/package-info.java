// SPDX-License-Identifier: Apache-2.0
/**
 * The data directory: whose it is, what it must remember from one start to the next, and which logs
 * are in it.
 *
 * <p>What a crash leaves, write by write:
 *
 * <ul>
 *   <li><b>Formatting:</b> {@code node.properties} comes last. A directory without it that holds
 *       nothing but what formatting leaves is formatted again, with another directory id: nobody
 *       has seen the first one.
 *   <li><b>{@code node.properties}, {@code broker-state}:</b> replaced whole; the old contents or
 *       the new.
 *   <li><b>A log set aside, or back:</b> one rename, the directory forced.
 *   <li><b>A stray deleted:</b> it is renamed first, so that half a log never comes back; what is
 *       left of it is deleted when the directory is next opened.
 * </ul>
 */
package io.taffrail.broker.storage;
