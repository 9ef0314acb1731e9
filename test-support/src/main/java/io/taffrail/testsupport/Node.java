// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

/** What a directory entry leads to. Used only under the disk's lock, as is all behind it. */
sealed interface Node permits FileNode, DirectoryNode {}
