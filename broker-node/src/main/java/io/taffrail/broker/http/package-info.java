// SPDX-License-Identifier: Apache-2.0
/** What a node says of itself over HTTP, to monitoring and to whatever runs it. */
package io.taffrail.broker.http;
