// SPDX-License-Identifier: Apache-2.0
/**
 * Clients in other languages, made of what their ecosystems generate from the {@code .proto} files.
 */
package io.taffrail.node.polyglot;
