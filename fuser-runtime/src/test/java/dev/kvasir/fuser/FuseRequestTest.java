package dev.kvasir.fuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.fuser.PartialFusion.End;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseRequestTest {

    private static final PromptRows PADDED =
            new PromptRows(List.of(List.of(1, 2, 3, 4)), List.of(), List.of(List.of(1, 1, 0, 0)));

    @Test
    void trailingPaddingIsDroppedButNeverAWholeSection() {
        FuseRequest longer = new FuseRequest(PADDED, List.of(Section.fused(1), Section.unfused(3)));
        FuseRequest shorter = new FuseRequest(PADDED, List.of(Section.fused(2), Section.unfused(2)));

        assertThat(longer.withoutTrailingPads().prompt().length()).isEqualTo(2);
        assertThat(longer.withoutTrailingPads().sections()).last().isEqualTo(Section.unfused(1));
        assertThat(shorter.withoutTrailingPads().prompt().length()).isEqualTo(3);
    }

    @Test
    void anInstructionIsFusedButForItsLastToken() {
        assertThat(PartialFusion.ALL.sections(4, 4)).containsExactly(Section.fused(4), Section.unfused(4));
    }

    @Test
    void aShareIsCountedOverTheFusedPositionsOnly() {
        List<Section> sections = List.of(
                Section.unfused(3), new Section(4, 3), Section.unfused(2), new Section(4, 1), Section.unfused(1));

        assertThat(new PartialFusion(0.75, End.BACK).apply(sections))
                .containsExactly(
                        Section.unfused(5),
                        new Section(2, 3),
                        Section.unfused(2),
                        new Section(4, 1),
                        Section.unfused(1));
        assertThat(new PartialFusion(0.75, End.FRONT).apply(sections))
                .containsExactly(
                        Section.unfused(3),
                        new Section(4, 3),
                        Section.unfused(2),
                        new Section(2, 1),
                        Section.unfused(3));
        assertThat(new PartialFusion(0, End.BACK).apply(sections)).containsExactly(Section.unfused(14));
    }

    @Test
    void aShareBeyondTheWholeIsRefused() {
        assertThatThrownBy(() -> new PartialFusion(1.5, End.FRONT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A share is from 0 to 1, not 1.5");
    }

    @Test
    void logitsAreGivenForTheLastSectionOnly() {
        List<Section> sections = List.of(Section.fused(3), Section.unfused(1));

        assertThatThrownBy(() -> new FuseRequest(PADDED, sections, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Logits are given for 1 to 1 tokens, those of the last section, not for 2");
    }
}
