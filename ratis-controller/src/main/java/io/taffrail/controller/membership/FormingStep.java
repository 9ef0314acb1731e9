// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import java.util.List;
import java.util.UUID;

/** What a controller without a group does next. */
sealed interface FormingStep {
    /** Asks again later. */
    record Await(List<String> missing) implements FormingStep {}

    /** Writes down what is formed, and says so from then on. */
    record Write(Formation formation) implements FormingStep {}

    /** All have written it down: Raft may start. */
    record Start() implements FormingStep {}

    /** There is a group already: waits in it, with nothing, to be added. */
    record Join(UUID clusterId) implements FormingStep {}

    /** People have to decide. */
    record Stop(String why) implements FormingStep {}
}
