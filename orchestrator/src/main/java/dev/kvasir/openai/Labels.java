package dev.kvasir.openai;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a request says about itself, as labels of its run. */
final class Labels {

    private static final int MOST = 16;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_VALUE = 512;

    private Labels() {}

    /**
     * Reads {@code metadata} and {@code user}.
     *
     * @param api which of the two APIs was asked
     */
    static Map<String, String> read(Arguments request, String api) {
        Map<String, String> labels = new LinkedHashMap<>(metadata(request));
        labels.put("openai.api", api);
        request.text("user").ifPresent(user -> {
            if (user.length() > LONGEST_VALUE) {
                throw Refusals.invalid(request.pointer("user"), "'user' may have 512 characters.");
            }
            labels.put("openai.user", user);
        });
        return labels;
    }

    static Map<String, String> metadata(Arguments request) {
        Map<String, String> metadata = request.texts("metadata");
        boolean fits = metadata.entrySet().stream()
                .allMatch(pair -> pair.getKey().length() <= LONGEST_NAME
                        && pair.getValue().length() <= LONGEST_VALUE);
        if (metadata.size() > MOST || !fits) {
            throw Refusals.invalid(
                    request.pointer("metadata"),
                    "'metadata' may have 16 texts: names of 64 characters, values of 512.");
        }
        return metadata;
    }
}
