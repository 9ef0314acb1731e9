// SPDX-License-Identifier: Apache-2.0
/**
 * What tests put in the place of the machine: a clock that stands until it is moved, a disk that
 * forgets, and processes whose threads are events on virtual time. And, for those of real
 * processes, {@link io.taffrail.testsupport.FreePorts}.
 *
 * <p>{@link io.taffrail.testsupport.SimulatedDisk} is the twin of {@code NioFileSystem}: it passes
 * the same contract, and it does the worst that the package comment of {@code
 * io.taffrail.logstore.files} allows, on request. It never does worse than that comment allows,
 * except where a method says that it plants damage.
 */
package io.taffrail.testsupport;
