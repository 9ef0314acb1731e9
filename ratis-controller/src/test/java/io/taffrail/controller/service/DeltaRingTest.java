// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.taffrail.controller.service.DeltaRing.Delta;
import io.taffrail.controller.service.DeltaRing.Next;
import io.taffrail.model.cluster.MetadataChange;
import io.taffrail.model.cluster.MetadataImage;
import io.taffrail.model.cluster.MetadataVersion;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeltaRingTest {
    private static final MetadataChange CHANGE = new MetadataChange.FeatureLevelChanged(1);

    private final DeltaRing ring = new DeltaRing(3, 10);

    private static MetadataVersion at(long index) {
        return new MetadataVersion(1, index);
    }

    private void add(long index, int changes) {
        ring.add(Collections.nCopies(changes, CHANGE), MetadataImage.EMPTY.at(at(index)));
    }

    private Next after(long index) {
        return ring.after(Optional.of(at(index)));
    }

    @Test
    void givesTheDeltasInOrderThenTheVersionThenNothing() {
        add(1, 1);
        add(2, 1);
        add(3, 0);
        assertThat(after(1)).isEqualTo(new Next.Change(new Delta(at(2), List.of(CHANGE))));
        assertThat(after(2)).isEqualTo(new Next.Version(at(3)));
        assertThat(after(3)).isEqualTo(new Next.Nothing());
    }

    @Test
    void givesAnImageToWhoeverHasNothingOrTooLittle() {
        for (long index = 1; index <= 5; index++) {
            add(index, 1);
        }
        assertThat(ring.after(Optional.empty())).isInstanceOf(Next.Image.class);
        assertThat(after(1)).isInstanceOf(Next.Image.class);
        assertThat(after(2)).isInstanceOf(Next.Change.class);
    }

    @Test
    void isBoundedByItsChangesToo() {
        add(1, 6);
        add(2, 6);
        assertThat(after(0)).isInstanceOf(Next.Image.class);
        assertThat(after(1)).isInstanceOf(Next.Change.class);
        add(3, 20);
        assertThat(after(2)).isInstanceOf(Next.Image.class);
    }
}
