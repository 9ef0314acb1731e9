// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.membership;

import java.io.IOException;

/** Where what was formed is written down. */
public interface FormationStore {
    /** Durable when this returns. */
    void store(Formation formation) throws IOException;
}
