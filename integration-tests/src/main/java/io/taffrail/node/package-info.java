// SPDX-License-Identifier: Apache-2.0
/** Real nodes as processes of their own. */
package io.taffrail.node;
