// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.http;

import java.util.function.Function;

/**
 * Something that can be read under a path.
 *
 * @param content by the {@code Accept} header of the request, empty if there is none
 */
record Page(String path, Function<String, Answer> content) {}
