package dev.kvasir.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Which files the index of a sharded model names. */
final class ShardIndex {

    private static final int MAX_SHARDS = 1_000;
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}\\.safetensors");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxDocumentLength(50_000_000)
                    .build())
            .build();

    private ShardIndex() {}

    /** @throws HubException if a name is not one of the repository's own files */
    static List<HubFile> shards(HubReference reference, HubListing listing, Path index) {
        List<HubFile> shards = new ArrayList<>();
        for (String name : names(reference, index)) {
            shards.add(listing.file(name)
                    .filter(file -> SHARD.matcher(name).matches())
                    .orElseThrow(
                            () -> refused(reference, "names '%s', which is no file of it".formatted(shown(name)))));
        }
        return shards;
    }

    private static Set<String> names(HubReference reference, Path index) {
        Set<String> names = new TreeSet<>();
        try (InputStream in = Files.newInputStream(index);
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean map = "weight_map".equals(json.currentName());
                JsonToken value = json.nextToken();
                if (!map || value != JsonToken.START_OBJECT) {
                    json.skipChildren();
                    continue;
                }
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    json.nextToken();
                    names.add(json.getValueAsString(""));
                    if (names.size() > MAX_SHARDS) {
                        throw refused(reference, "names more than %d files".formatted(MAX_SHARDS));
                    }
                }
            }
        } catch (JacksonException | IOException e) {
            throw new HubException(
                    HubFault.REFUSED,
                    "The index of %s cannot be read: %s"
                            .formatted(reference.repository(), shown(String.valueOf(e.getMessage()))),
                    e);
        }
        if (names.isEmpty()) {
            throw refused(reference, "names no files");
        }
        return names;
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }

    private static HubException refused(HubReference reference, String why) {
        return new HubException(HubFault.REFUSED, "The index of %s %s.".formatted(reference.repository(), why));
    }
}
