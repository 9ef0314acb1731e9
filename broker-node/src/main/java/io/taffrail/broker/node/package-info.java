// SPDX-License-Identifier: Apache-2.0
/** Puts a node together, starts it and stops it. The only package that sees all others. */
package io.taffrail.broker.node;
