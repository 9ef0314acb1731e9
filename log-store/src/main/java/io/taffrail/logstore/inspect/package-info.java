// SPDX-License-Identifier: Apache-2.0
/**
 * A log's files, looked at without being touched: for tools that show, read and judge a log that
 * may be damaged, on a read-only disk, or in use by another process. Nothing here opens a file for
 * writing, and nothing here recovers: that is {@link io.taffrail.logstore.recovery}.
 */
package io.taffrail.logstore.inspect;
