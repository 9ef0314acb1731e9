// SPDX-License-Identifier: Apache-2.0
/** {@code taffrail server}, one node, and {@code taffrail quickstart}, which tries one out. */
package io.taffrail.cli.quickstart;
