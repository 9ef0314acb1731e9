// SPDX-License-Identifier: Apache-2.0
/** What stands in for replication and metadata in the tests of the services. */
package io.taffrail.broker.testing;
