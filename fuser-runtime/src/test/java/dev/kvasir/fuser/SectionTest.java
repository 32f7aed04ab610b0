package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SectionTest {

    @Test
    void aStretchIsFusedWithAllSharersThatFuseIt() {
        List<Section> front = List.of(Section.fused(3), Section.unfused(4));
        List<Section> back = List.of(Section.unfused(1), Section.fused(5), Section.unfused(1));

        assertThat(Section.together(List.of(front, back)))
                .containsExactly(new Section(1, 0b01), new Section(2, 0b11), new Section(3, 0b10), Section.unfused(1));
        assertThat(Section.together(List.of(back, front)))
                .containsExactly(new Section(1, 0b10), new Section(2, 0b11), new Section(3, 0b01), Section.unfused(1));
    }

    @Test
    void oneSharerKeepsItsSections() {
        List<Section> own = List.of(Section.unfused(2), Section.fused(3), Section.unfused(2));

        assertThat(Section.together(List.of(own))).isEqualTo(own);
    }

    @Test
    void sharersOfUnequalPromptsAreRefused() {
        List<List<Section>> unequal = List.of(List.of(Section.unfused(2)), List.of(Section.unfused(1)));

        assertThatThrownBy(() -> Section.together(unequal))
                .hasMessage("All sharers lay one prompt out, not 2 and 1 tokens");
    }
}
