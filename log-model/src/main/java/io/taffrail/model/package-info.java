// SPDX-License-Identifier: Apache-2.0
/**
 * The words that every part of Taffrail shares: identities, positions and errors as values. Nothing
 * here does I/O, and nothing here knows of protobuf's generated classes or of gRPC.
 */
package io.taffrail.model;
