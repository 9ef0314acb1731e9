// SPDX-License-Identifier: Apache-2.0
/** Commands that change who holds partitions and who leads them, and that follow the change. */
package io.taffrail.cli.reassign;
