// SPDX-License-Identifier: Apache-2.0
package io.taffrail.client.admin;

import io.taffrail.client.TaffrailException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of deleting a partition's records.
 *
 * @param logStartOffset where the log starts now; empty with an error
 * @param error why nothing was deleted
 */
public record DeletedRecords(OptionalLong logStartOffset, Optional<TaffrailException> error) {}
