package dev.kvasir.openai;

import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.run.RunRefusedException;
import java.util.List;
import java.util.Map;

/** What is not accepted, with the parameter and the code that clients of OpenAI's API look at. */
final class Refusals {

    private static final int LONGEST_SHOWN = 100;

    private Refusals() {}

    /** Something that OpenAI has and Kvasir has not. */
    static ProblemException unsupported(String pointer, String detail) {
        return refusal(ProblemType.MALFORMED_REQUEST, "UNSUPPORTED_PARAMETER", pointer, detail);
    }

    static ProblemException unknown(String pointer, String detail) {
        return refusal(ProblemType.MALFORMED_REQUEST, "UNKNOWN_PARAMETER", pointer, detail);
    }

    static ProblemException missing(String pointer, String detail) {
        return refusal(ProblemType.MALFORMED_REQUEST, "MISSING_REQUIRED_PARAMETER", pointer, detail);
    }

    static ProblemException invalid(String pointer, String detail) {
        return refusal(ProblemType.MALFORMED_REQUEST, "INVALID_VALUE", pointer, detail);
    }

    static ProblemException noModel(String name) {
        return refusal(
                ProblemType.NOT_FOUND,
                "MODEL_NOT_FOUND",
                "/model",
                "There is no model '%s' here. GET /v1/models lists what there is; a graph is kvasir/NAME or kvasir/NAME@VERSION."
                        .formatted(shown(name)));
    }

    /**
     * A run that the graph's rules do not allow.
     *
     * @param names of the request's parameters by the field of {@code generation} that they set
     */
    static ProblemException of(RunRefusedException refused, Map<String, String> names) {
        String detail = refused.faults().size() == 1
                ? refused.faults().getFirst().detail()
                : String.valueOf(refused.getMessage());
        String pointer =
                refused.faults().isEmpty() ? "" : refused.faults().getFirst().pointer();
        return switch (refused.kind()) {
            case GRAPH_NOT_FOUND, VERSION_NOT_FOUND, WEBHOOK_NOT_FOUND ->
                refusal(ProblemType.NOT_FOUND, "MODEL_NOT_FOUND", "/model", detail);
            case GRAPH_INVALID, C2C_INCOMPATIBLE, INPUT_INVALID, OPTION_OUT_OF_RANGE ->
                invalid(parameter(pointer, names), detail);
        };
    }

    /** Where the request said what a run's request says at a pointer. */
    private static String parameter(String pointer, Map<String, String> names) {
        String[] parts = pointer.split("/", -1);
        if (pointer.startsWith("/nodeOverrides/") && parts.length > 4 && names.containsKey(parts[4])) {
            return names.getOrDefault(parts[4], "");
        }
        if (pointer.startsWith("/edgeOverrides")) {
            return "/kvasir" + pointer;
        }
        return pointer.startsWith("/input/messages") ? pointer.substring("/input".length()) : "/model";
    }

    static String shown(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    private static ProblemException refusal(ProblemType type, String code, String pointer, String detail) {
        return new ProblemException(
                type, detail, List.of(new ProblemFault(null, code, pointer, null, null, "ERROR", detail, null)));
    }
}
