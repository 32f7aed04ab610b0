package dev.kvasir.fuser;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * One conversation as a receiver and a sharer read it: {@code partners} tells which sharer token means the same as a receiver
 * token. In the paper's modes that is the one at the same place; in mode {@link AlignmentMode#SPAN} each keeps its own tokens.
 *
 * <p>Both run with positions 0, 1, 2, ... and their own padding masks. The last section is never fused and the sharer does
 * not run it; the receiver's last token is a real one, so its logits start the answer.
 *
 * @param receiverIds the receiver's tokens; as many as the sections hold
 * @param sharerIds the sharer's tokens
 * @param receiverPads true where the receiver has a padding token
 * @param sharerPads true where the sharer has a padding token
 * @param messages true where a message's content stands, false in the template's text
 * @param sections stretches in order; their lengths sum to the prompt
 * @param partners for each receiver token the index of its sharer token, or {@link SpanAligner#UNPAIRED} where nothing is fused
 * @param alignedShare of the receiver's real tokens in fused sections, the share whose sharer token says the same text;
 *     1 if nothing is fused
 */
public record AlignedPrompt(
        List<Integer> receiverIds,
        List<Integer> sharerIds,
        List<Boolean> receiverPads,
        List<Boolean> sharerPads,
        List<Boolean> messages,
        List<Section> sections,
        List<Integer> partners,
        double alignedShare) {

    public AlignedPrompt {
        receiverIds = List.copyOf(receiverIds);
        sharerIds = List.copyOf(sharerIds);
        receiverPads = List.copyOf(receiverPads);
        sharerPads = List.copyOf(sharerPads);
        messages = List.copyOf(messages);
        sections = List.copyOf(sections);
        partners = List.copyOf(partners);
        int length = receiverIds.size();
        int covered = sections.stream().mapToInt(Section::length).sum();
        if (receiverPads.size() != length
                || messages.size() != length
                || partners.size() != length
                || covered != length
                || sharerPads.size() != sharerIds.size()) {
            throw new IllegalArgumentException(
                    ("What stands beside the receiver's %d tokens is as long: pads %d, messages %d, partners %d, sections %d;"
                                    + " the sharer has %d tokens and %d marks of pads")
                            .formatted(
                                    length,
                                    receiverPads.size(),
                                    messages.size(),
                                    partners.size(),
                                    covered,
                                    sharerIds.size(),
                                    sharerPads.size()));
        }
        if (!partners.isEmpty() && Collections.max(partners) >= sharerIds.size()) {
            throw new IllegalArgumentException("A receiver token has a partner behind the sharer's last token");
        }
        requirePartners(sections, partners);
    }

    private static void requirePartners(List<Section> sections, List<Integer> partners) {
        int start = 0;
        for (Section section : sections) {
            int end = start + section.length();
            if (section.fused() && partners.subList(start, end).stream().anyMatch(partner -> partner < 0)) {
                throw new IllegalArgumentException("A token that is fused has a partner");
            }
            start = end;
        }
    }

    /** A prompt whose tokens are partners place by place: the paper's alignment. */
    public static AlignedPrompt placeByPlace(
            List<Integer> receiverIds,
            List<Integer> sharerIds,
            List<Boolean> receiverPads,
            List<Boolean> sharerPads,
            List<Boolean> messages,
            List<Section> sections,
            double alignedShare) {
        return new AlignedPrompt(
                receiverIds,
                sharerIds,
                receiverPads,
                sharerPads,
                messages,
                sections,
                IntStream.range(0, receiverIds.size()).boxed().toList(),
                alignedShare);
    }

    public int length() {
        return receiverIds.size();
    }

    /** A prompt that both read with the same ids: everything but the last token is fused. */
    public static AlignedPrompt sameVocabulary(List<Integer> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("A prompt has at least one token");
        }
        List<Boolean> none = ids.stream().map(id -> false).toList();
        List<Section> sections = ids.size() == 1
                ? List.of(Section.unfused(1))
                : List.of(Section.fused(ids.size() - 1), Section.unfused(1));
        return placeByPlace(ids, ids, none, none, ids.stream().map(id -> true).toList(), sections, 1);
    }

    /** The same, of which only a part is fused; {@code alignedShare} stays that of the whole. */
    public AlignedPrompt dialled(PartialFusion dial) {
        return new AlignedPrompt(
                receiverIds,
                sharerIds,
                receiverPads,
                sharerPads,
                messages,
                dial.apply(sections),
                partners,
                alignedShare);
    }

    /**
     * What stands in for another prompt's sharer, for control: that prompt's receiver tokens are given partners here, the last fused
     * to the last and so on backwards; where there are none left, the first.
     */
    public AlignedPrompt besideTheEndOf(AlignedPrompt other) {
        List<Integer> own = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        collectFused((place, partner) -> own.add(partner));
        other.collectFused((place, partner) -> places.add(place));
        List<Integer> strange = new ArrayList<>(Collections.nCopies(other.length(), SpanAligner.UNPAIRED));
        for (int i = 0; i < places.size(); i++) {
            int fromEnd = places.size() - i;
            strange.set(places.get(i), own.isEmpty() ? 0 : own.get(Math.max(0, own.size() - fromEnd)));
        }
        return new AlignedPrompt(
                other.receiverIds,
                sharerIds,
                other.receiverPads,
                sharerPads,
                other.messages,
                other.sections,
                strange,
                0);
    }

    private void collectFused(BiConsumer<Integer, Integer> collector) {
        int start = 0;
        for (Section section : sections) {
            for (int i = start; section.fused() && i < start + section.length(); i++) {
                collector.accept(i, partners.get(i));
            }
            start += section.length();
        }
    }

    /** How many of its tokens the sharer reads: up to the last that is fused. */
    public int sharerLength() {
        return fusiblePartners().stream().mapToInt(partner -> partner + 1).max().orElse(0);
    }

    /** Where the sharer reads what messages say, not the template's text around them: ascending, as far as it reads. */
    public List<Integer> sharerMessagePlaces() {
        List<Integer> fusible = fusiblePartners();
        return IntStream.range(0, fusible.size())
                .filter(i -> messages.get(i) && fusible.get(i) >= 0)
                .map(fusible::get)
                .filter(place -> !sharerPads.get(place))
                .sorted()
                .distinct()
                .boxed()
                .toList();
    }

    /** Partners of the tokens before the last section. */
    List<Integer> fusiblePartners() {
        return partners.subList(0, length() - sections.getLast().length());
    }
}
