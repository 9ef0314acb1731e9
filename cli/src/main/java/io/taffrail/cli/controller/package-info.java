// SPDX-License-Identifier: Apache-2.0
/** Commands that change the controllers' Raft group, and what is known of nodes' disks. */
package io.taffrail.cli.controller;
