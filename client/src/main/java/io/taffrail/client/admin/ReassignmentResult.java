// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.TaffrailException;
import java.util.Optional;

/**
 * What came of one partition's reassignment.
 *
 * @param status as it is now; empty with an error, and if no move is under way
 * @param error why nothing was done
 */
public record ReassignmentResult(
        Optional<ReassignmentStatus> status, Optional<TaffrailException> error) {}
