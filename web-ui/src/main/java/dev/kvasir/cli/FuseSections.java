package dev.kvasir.cli;

import dev.kvasir.fuser.Section;
import java.util.ArrayList;
import java.util.List;

/** Sections as {@code --sections 5:1,1:0} names them: length and bit mask of the sharers that are fused. */
final class FuseSections {

    private FuseSections() {}

    /** All but the last token fused, with every sharer. */
    static List<Section> allButTheLast(int length, int sharers) {
        int mask = (1 << sharers) - 1;
        return length == 1 ? List.of(Section.unfused(1)) : List.of(new Section(length - 1, mask), Section.unfused(1));
    }

    /** @throws CommandFailedException if they are not such a list, or do not fit the prompt */
    static List<Section> parse(String text, int length) {
        List<Section> sections = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.matches("\\d{1,7}:(-1|\\d{1,9})")) {
                throw wrong("'%s' is no section; write length:mask, such as 5:1,1:0.".formatted(part));
            }
            String[] numbers = part.split(":", -1);
            if (Integer.parseInt(numbers[0]) == 0) {
                throw wrong("A section has at least one token: '%s'.".formatted(part));
            }
            sections.add(new Section(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
        }
        int covered = sections.stream().mapToInt(Section::length).sum();
        if (covered != length) {
            throw wrong("The sections cover %d tokens, the prompt has %d.".formatted(covered, length));
        }
        if (sections.getLast().fused()) {
            throw wrong("The last section is never fused; write its mask as 0.");
        }
        return sections;
    }

    private static CommandFailedException wrong(String sentence) {
        return new CommandFailedException(ExitCode.WRONG_USAGE, sentence);
    }
}
