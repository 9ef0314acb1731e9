// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.errors;

import io.taffrail.model.LogError;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the row of the table that a test shows. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Provokes {
    /** The error that the test makes a node answer. */
    LogError value();
}
