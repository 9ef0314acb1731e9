// SPDX-License-Identifier: Apache-2.0
/**
 * What the controllers decide: a state and a command give changes and a reply. Pure, so that every
 * controller that applies the same log decides alike: no clock, no randomness, no configuration;
 * all that varies is in the command. {@link io.taffrail.controller.decide.ControllerState} is the
 * entry; each command has a class of its own beside it.
 */
package io.taffrail.controller.decide;
