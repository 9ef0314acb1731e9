// SPDX-License-Identifier: Apache-2.0
/** {@code taffrail bench}: how fast a cluster is, measured through the Java client. */
package io.taffrail.cli.bench;
