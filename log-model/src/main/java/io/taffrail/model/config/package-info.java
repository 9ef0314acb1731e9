// SPDX-License-Identifier: Apache-2.0
/** The settings of a topic: names, meaning, defaults and checks, in one place. */
package io.taffrail.model.config;
