// SPDX-License-Identifier: Apache-2.0
package io.taffrail.broker.metadata;

import io.taffrail.model.cluster.MetadataVersion;

/** Which images of the metadata count for a broker. */
public interface ImageRule {
    /**
     * That of the protocol: none from before the broker's registration, as it may not name yet what
     * is placed there (P4).
     */
    ImageRule PROTOCOL = (image, registered) -> image.index() >= registered;

    /**
     * Whether an image is put into effect.
     *
     * @param registered the index of the broker's registration
     */
    boolean counts(MetadataVersion image, long registered);
}
