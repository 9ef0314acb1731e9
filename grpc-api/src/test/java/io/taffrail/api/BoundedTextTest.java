// SPDX-License-Identifier: Apache-2.0
package io.taffrail.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BoundedTextTest {
    @Test
    void leavesWhatFits() {
        assertThat(BoundedText.cut("grün", 5)).isEqualTo("grün");
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(BoundedText.cut("aé€😀", 9)).isEqualTo("aé€…");
        assertThat(BoundedText.cut("aé€😀", 6)).isEqualTo("aé…");
        assertThat(BoundedText.cut("aé€😀", 4)).isEqualTo("a…");
    }

    @Test
    void isEmptyWhereNothingFits() {
        assertThat(BoundedText.cut("abcd", 2)).isEmpty();
        assertThat(BoundedText.cut("abcd", 0)).isEmpty();
    }

    @Property
    void neverExceedsItsBoundAndBeginsAsTheTextDoes(
            @ForAll String text, @ForAll @IntRange(max = 40) int maxBytes) {
        String cut = BoundedText.cut(text, maxBytes);

        assertThat(BoundedText.bytes(cut)).isLessThanOrEqualTo(maxBytes);
        String unicode = BoundedText.cut(text, Integer.MAX_VALUE);
        if (!cut.equals(unicode) && !cut.isEmpty()) {
            assertThat(unicode).startsWith(cut.substring(0, cut.length() - 1));
        }
    }
}
