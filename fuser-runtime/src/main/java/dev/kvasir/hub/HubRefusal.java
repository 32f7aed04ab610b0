package dev.kvasir.hub;

import java.io.IOException;
import java.util.Locale;

/** Turns a hub's status into the sentence that helps. */
final class HubRefusal {

    static final int BEYOND_THE_END = 416;

    private HubRefusal() {}

    /**
     * Passes what succeeded.
     *
     * @param file the file that was asked for; empty for the repository itself
     * @throws HubException for what another try cannot change
     * @throws PassingFailureException for what it can
     */
    static void check(HubAnswer answer, HubSettings settings, HubReference reference, String file) throws IOException {
        int status = answer.status();
        switch (status) {
            case 200, 206 -> {}
            case 401 -> throw refused(unauthorised(answer, settings, reference));
            case 403 -> throw refused(forbidden(answer, settings, reference));
            case 404, 410 -> throw new HubException(HubFault.NOT_FOUND, missing(answer, settings, reference, file));
            case 408, 429, 500, 502, 503, 504 -> throw new PassingFailureException(passing(answer, settings), answer);
            default ->
                throw refused("The hub %s answered %d to %s."
                        .formatted(settings.endpoint(), status, file.isEmpty() ? reference.repository() : file));
        }
    }

    private static HubException refused(String sentence) {
        return new HubException(HubFault.REFUSED, sentence);
    }

    private static String unauthorised(HubAnswer answer, HubSettings settings, HubReference reference) {
        if (isGated(answer)) {
            return gated(settings, reference, 401);
        }
        if (!settings.token().isEmpty()) {
            return "The hub %s does not take the token in HF_TOKEN (401); make a new one, or unset it for public models."
                    .formatted(settings.endpoint());
        }
        return "%s does not exist at %s, or is private (401); check the name, or set HF_TOKEN to a token that may read it."
                .formatted(reference.repository(), settings.endpoint());
    }

    private static String forbidden(HubAnswer answer, HubSettings settings, HubReference reference) {
        if (isGated(answer) || settings.token().isEmpty()) {
            return gated(settings, reference, 403);
        }
        return "The token in HF_TOKEN may not read %s (403); use one that may, or accept the terms at %s/%s."
                .formatted(reference.repository(), settings.endpoint(), reference.repository());
    }

    private static String gated(HubSettings settings, HubReference reference, int status) {
        return "%s is gated (%d): accept its terms at %s/%s, then set HF_TOKEN to a token of that account."
                .formatted(reference.repository(), status, settings.endpoint(), reference.repository());
    }

    private static boolean isGated(HubAnswer answer) {
        return code(answer).equals("gatedrepo");
    }

    private static String missing(HubAnswer answer, HubSettings settings, HubReference reference, String file) {
        if (code(answer).equals("revisionnotfound")) {
            return "%s has no revision '%s' at %s; see %s/%s/commits."
                    .formatted(
                            reference.repository(),
                            reference.revision(),
                            settings.endpoint(),
                            settings.endpoint(),
                            reference.repository());
        }
        if (!file.isEmpty()) {
            return "%s has no file %s at %s.".formatted(reference, file, settings.endpoint());
        }
        return "There is no model %s with a revision '%s' at %s (404); check owner, name and revision."
                .formatted(reference.repository(), reference.revision(), settings.endpoint());
    }

    private static String passing(HubAnswer answer, HubSettings settings) {
        if (answer.status() == 429) {
            return "The hub %s asks to slow down (429)%s."
                    .formatted(settings.endpoint(), settings.token().isEmpty() ? "; with HF_TOKEN it allows more" : "");
        }
        return "The hub %s failed (%d).".formatted(settings.endpoint(), answer.status());
    }

    private static String code(HubAnswer answer) {
        return answer.headers().firstValue("X-Error-Code").orElse("").toLowerCase(Locale.ROOT);
    }

    /** A failure that another try may not meet. */
    static final class PassingFailureException extends IOException {

        private static final long serialVersionUID = 1L;

        private final long askedSeconds;

        PassingFailureException(String message, HubAnswer answer) {
            super(message);
            this.askedSeconds = seconds(answer);
        }

        /** How long the hub asked to be left alone; 0 if it did not say. */
        long askedSeconds() {
            return askedSeconds;
        }

        /** A Retry-After in seconds; one that names a date is not worth a parser: our own wait is used. */
        private static long seconds(HubAnswer answer) {
            String after = answer.headers().firstValue("Retry-After").orElse("");
            return after.matches("\\d{1,6}") ? Long.parseLong(after) : 0;
        }
    }
}
