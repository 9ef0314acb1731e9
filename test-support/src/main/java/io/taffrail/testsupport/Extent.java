// SPDX-License-Identifier: Apache-2.0
package io.taffrail.testsupport;

/** How much of an operation is carried out. */
enum Extent {
    WHOLE,
    HALF;

    int of(int count) {
        return this == WHOLE ? count : count / 2;
    }
}
