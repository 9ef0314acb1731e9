// SPDX-License-Identifier: Apache-2.0
/** Clients that note what they did and saw, and the judge of what they noted. */
package io.taffrail.workload;
