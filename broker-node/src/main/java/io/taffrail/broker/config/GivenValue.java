// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.config;

/**
 * A value that a source gives to a key, which may not exist.
 *
 * @param where in which source it stands, for people
 */
record GivenValue(String key, String value, String where) {}
