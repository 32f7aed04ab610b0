package dev.kvasir.graph;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One fault of a graph document, in the words that pages, REST and the commands show.
 *
 * @param pointer JSON pointer into the document as sent
 * @param nodeId the node it concerns, if one
 * @param edgeId the edge it concerns, if one
 * @param hint what was probably meant
 */
public record Problem(
        Rule rule,
        Severity severity,
        String pointer,
        @Nullable NodeId nodeId,
        @Nullable EdgeId edgeId,
        String detail,
        @Nullable String hint) {

    /** What it takes to publish. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** The rule's number; its sentence is in the reference. */
    public enum Rule {
        G01,
        G02,
        G03,
        G04,
        G05,
        G06,
        G07,
        G08,
        G09,
        G10,
        G11,
        G12,
        G13,
        G14,
        G15,
        G16,
        G17,
        G18,
        G19,
        G20,
        G21,
        G22,
        G23,
        G24,
        G25,
        G26,
        G27,
        G28,
        G29,
        G30,
        G31,
        G32,
        G33,
        G34,
        G35,
        G36,
        G37,
        G38,
        G39,
        G40,
        G41,
        G42,
        G43,
        G44,
        G45,
        G46,
        G47,
        G48,
        G49,
        G50,
        G51,
        G52
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** Whether a cache edge does not fit its ends; such problems carry the code {@code C2C_INCOMPATIBLE}. */
    public boolean isIncompatible() {
        return rule.compareTo(Rule.G24) >= 0 && rule.compareTo(Rule.G30) <= 0;
    }

    static Problem error(Rule rule, String pointer, String detail) {
        return new Problem(rule, Severity.ERROR, pointer, null, null, detail, null);
    }

    static Problem warning(Rule rule, String pointer, String detail) {
        return new Problem(rule, Severity.WARNING, pointer, null, null, detail, null);
    }

    Problem at(NodeId node) {
        return new Problem(rule, severity, pointer, node, edgeId, detail, hint);
    }

    Problem at(EdgeId edge) {
        return new Problem(rule, severity, pointer, nodeId, edge, detail, hint);
    }

    Problem hinting(@Nullable String meant) {
        return new Problem(rule, severity, pointer, nodeId, edgeId, detail, meant);
    }

    Problem asWarning() {
        return new Problem(rule, Severity.WARNING, pointer, nodeId, edgeId, detail, hint);
    }

    Problem movedTo(String otherPointer) {
        return new Problem(rule, severity, otherPointer, nodeId, edgeId, detail, hint);
    }

    @Override
    public String toString() {
        return rule + " " + severity.name().toLowerCase(Locale.ROOT) + " " + pointer + ": " + detail;
    }
}
