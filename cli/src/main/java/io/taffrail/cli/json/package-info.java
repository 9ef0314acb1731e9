// SPDX-License-Identifier: Apache-2.0
/**
 * The client's values as the messages of the {@code .proto} files, in protobuf's JSON: names in
 * lowerCamelCase, 64 bits as strings, constants by their full names, what is absent left out.
 */
package io.taffrail.cli.json;
