// SPDX-License-Identifier: Apache-2.0
/** Real nodes as processes of their own, and clients beside them. */
package io.taffrail.node;
