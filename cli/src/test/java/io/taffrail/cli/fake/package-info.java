// SPDX-License-Identifier: Apache-2.0
/** A cluster of one broker in the test's memory, behind real gRPC on a port of its own. */
package io.taffrail.cli.fake;
