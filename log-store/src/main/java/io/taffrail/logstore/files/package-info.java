// SPDX-License-Identifier: Apache-2.0
/**
 * The file system as far as the store uses it: an interface, its {@code java.nio} form, and the
 * rules of durability. {@code test-support} has a simulated twin that forgets, tears and flips what
 * was not forced.
 *
 * <p>What is assumed of a disk and its file system, and nothing beyond:
 *
 * <ul>
 *   <li>bytes written are durable once {@link io.taffrail.logstore.files.LogFile#force} returned;
 *       until then a power cut may keep, drop or tear each sector (512 bytes) on its own, in any
 *       order;
 *   <li>the size of a file is durable with {@code force} too; a file that grew and was not forced
 *       may come back with zeros in place of bytes, or shorter;
 *   <li>a directory entry (created, renamed, deleted) is durable once {@link
 *       io.taffrail.logstore.files.FileSystem#syncDirectory} returned; until then a power cut may
 *       undo it; forcing a file does not make its name durable;
 *   <li>a rename replaces its target atomically: after a power cut the name leads to the old file
 *       or to the new one;
 *   <li>a force that failed says nothing about what is on disk, and a second one that succeeds says
 *       no more (the kernel may have dropped the dirty pages): it is never retried;
 *   <li>the death of the process alone loses nothing that {@code write} accepted.
 * </ul>
 */
package io.taffrail.logstore.files;
