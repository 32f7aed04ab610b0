package dev.kvasir.inquiry;

import dev.kvasir.decoder.Profile;
import dev.kvasir.study.StudyQuestion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A study as it is asked for.
 *
 * @param topic what is looked at
 * @param subject whose caches
 * @param quiz a file of questions, or {@code pocket}
 * @param limit how many questions are drawn, at least 1; null for all, in their order
 * @param seed the same seed draws the same questions
 */
public record Inquiry(
        Topic topic, Subject subject, String quiz, @Nullable Integer limit, long seed, Profile profile) {

    /**
     * Reads one from JSON, such as {@code {"study": "rank", "receiver": …, "sharer": …, "fuser": …, "quiz": "pocket"}}.
     *
     * @throws InquiryRefusedException naming every fault
     */
    public static Inquiry ofJson(String json) {
        return InquiryReader.read(json);
    }

    /** The questions that are asked, of all that the quiz has. */
    public List<StudyQuestion> asked(List<StudyQuestion> all) {
        return Draw.of(all, limit, seed);
    }
}
