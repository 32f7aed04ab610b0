package dev.kvasir.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A revision of a repository, as the hub lists it.
 *
 * @param commit 40 hexadecimal digits; the revision itself if the hub names none
 * @param licence as the model card says, such as {@code apache-2.0}; empty if it does not
 * @param files none of which leads out of the repository
 */
record HubListing(String commit, String licence, List<HubFile> files) {

    private static final int MAX_FILES = 20_000;
    private static final String COMMIT = "[0-9a-f]{40}";
    private static final String SHA256 = "[0-9a-f]{64}";
    private static final String LICENCE_TAG = "license:";
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(100)
                            .maxStringLength(1_000_000)
                            .build())
                    .build())
            .build();

    HubListing {
        files = List.copyOf(files);
    }

    /** @throws HubException if it is no list, or one that means ill */
    static HubListing read(HubReference reference, byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            JsonNode siblings = tree.path("siblings");
            if (!siblings.isArray() || siblings.size() > MAX_FILES) {
                throw refused(reference, "is no list of at most %d files".formatted(MAX_FILES));
            }
            List<HubFile> files = new ArrayList<>();
            for (JsonNode sibling : siblings) {
                files.add(file(reference, sibling));
            }
            String sha = tree.path("sha").asString("").toLowerCase(Locale.ROOT);
            return new HubListing(sha.matches(COMMIT) ? sha : reference.revision(), licence(tree), files);
        } catch (JacksonException e) {
            throw new HubException(
                    HubFault.REFUSED, "The hub's list of %s is no JSON that can be read.".formatted(reference), e);
        }
    }

    Optional<HubFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static HubFile file(HubReference reference, JsonNode sibling) {
        String path = sibling.path("rfilename").asString("");
        if (path.isEmpty() || path.length() > 1_000 || !staysInside(path)) {
            throw refused(
                    reference,
                    "holds the file name '%s', which leads out of the repository"
                            .formatted(path.substring(0, Math.min(path.length(), 80))
                                    .replaceAll("\\p{Cntrl}", "?")));
        }
        JsonNode large = sibling.path("lfs");
        String sha256 =
                large.path("sha256").asString(large.path("oid").asString("")).toLowerCase(Locale.ROOT);
        long bytes = sibling.path("size").asLong(large.path("size").asLong(-1));
        return new HubFile(path, Math.max(bytes, -1), sha256.matches(SHA256) ? sha256 : "");
    }

    private static boolean staysInside(String path) {
        if (path.startsWith("/") || path.contains("\\") || path.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        for (String step : path.split("/", -1)) {
            if (step.isEmpty() || step.equals(".") || step.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static String licence(JsonNode tree) {
        JsonNode card = tree.path("cardData");
        String named = first(card.path("license"));
        if (named.equals("other")) {
            String own = first(card.path("license_name"));
            named = own.isEmpty() ? named : own;
        }
        if (named.isEmpty()) {
            for (JsonNode tag : tree.path("tags")) {
                if (tag.asString("").startsWith(LICENCE_TAG)) {
                    return tag.asString("").substring(LICENCE_TAG.length());
                }
            }
        }
        return named;
    }

    private static String first(JsonNode value) {
        return value.isArray() ? value.path(0).asString("") : value.asString("");
    }

    private static HubException refused(HubReference reference, String why) {
        return new HubException(HubFault.REFUSED, "The hub's list of %s %s.".formatted(reference, why));
    }
}
