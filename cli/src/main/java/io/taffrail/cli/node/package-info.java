// SPDX-License-Identifier: Apache-2.0
/** {@code taffrail server} and {@code taffrail dev-cluster}: nodes as processes of this machine. */
package io.taffrail.cli.node;
