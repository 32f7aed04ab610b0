package dev.kvasir.hub;

import dev.kvasir.model.ModelTerms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What of a repository is fetched.
 *
 * @param small what describes the model: settings, tokenizer, chat template
 * @param index of the weights' shards, if there are several
 * @param weights a GGUF file or {@code model.safetensors}; none if an index names them
 * @param documents licence, notice, terms, model card
 */
record HubSelection(List<HubFile> small, Optional<HubFile> index, List<HubFile> weights, List<HubFile> documents) {

    private static final String INDEX = "model.safetensors.index.json";
    private static final String SINGLE = "model.safetensors";
    private static final String GGUF = ".gguf";
    private static final Pattern SMALL = Pattern.compile(
            "config\\.json|generation_config\\.json|tokenizer[A-Za-z0-9._-]{0,60}\\.json|special_tokens_map\\.json|chat_template\\.(jinja|json)");
    private static final Pattern PART_OF_SEVERAL = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.gguf");
    private static final int SHOWN = 12;

    /** @throws HubException if the repository holds no model that is read here, or several */
    static HubSelection choose(HubReference reference, HubListing listing) {
        List<HubFile> documents = atTop(listing)
                .filter(file -> ModelTerms.isTerms(file.path()) || ModelTerms.isCard(file.path()))
                .toList();
        if (!reference.file().isEmpty()) {
            return gguf(reference, named(reference, listing), documents);
        }
        Optional<HubFile> index = listing.file(INDEX);
        Optional<HubFile> single = listing.file(SINGLE);
        if (listing.file("config.json").isPresent() && (index.isPresent() || single.isPresent())) {
            List<HubFile> small = atTop(listing)
                    .filter(file -> SMALL.matcher(file.path()).matches())
                    .toList();
            List<HubFile> weights = index.isPresent() ? List.of() : List.of(single.orElseThrow());
            return new HubSelection(small, index, weights, documents);
        }
        return gguf(reference, onlyGguf(reference, listing), documents);
    }

    boolean isGguf() {
        return small.isEmpty();
    }

    private static Stream<HubFile> atTop(HubListing listing) {
        return listing.files().stream()
                .filter(file -> file.path().indexOf('/') < 0)
                .sorted(Comparator.comparing(HubFile::path));
    }

    private static HubSelection gguf(HubReference reference, HubFile file, List<HubFile> documents) {
        if (PART_OF_SEVERAL.matcher(file.name()).matches()) {
            throw new HubException(
                    HubFault.REFUSED,
                    "%s of %s is one part of a split model; only whole GGUF files are read."
                            .formatted(file.path(), reference.repository()));
        }
        return new HubSelection(List.of(), Optional.empty(), List.of(file), documents);
    }

    private static HubFile named(HubReference reference, HubListing listing) {
        return listing.file(reference.file())
                .orElseThrow(() -> new HubException(
                        HubFault.NOT_FOUND,
                        "%s has no file %s; its GGUF files are: %s."
                                .formatted(reference.repository(), reference.file(), shown(ggufs(listing)))));
    }

    private static HubFile onlyGguf(HubReference reference, HubListing listing) {
        List<HubFile> found = ggufs(listing);
        if (found.isEmpty()) {
            throw new HubException(
                    HubFault.REFUSED,
                    "%s holds no model that is read here: neither config.json with model.safetensors nor a GGUF file."
                            .formatted(reference.repository()));
        }
        if (found.size() > 1) {
            throw new HubException(
                    HubFault.WRONG_USAGE,
                    "%s holds %d GGUF files; name one, as in hf:%s:%s. They are: %s."
                            .formatted(
                                    reference.repository(),
                                    found.size(),
                                    reference.repository(),
                                    found.getFirst().path(),
                                    shown(found)));
        }
        return found.getFirst();
    }

    /** A projector for pictures is no model by itself. */
    private static List<HubFile> ggufs(HubListing listing) {
        return listing.files().stream()
                .filter(file -> file.path().endsWith(GGUF)
                        && HubReference.isPath(file.path())
                        && !file.name().startsWith("mmproj"))
                .sorted(Comparator.comparing(HubFile::path))
                .toList();
    }

    private static String shown(List<HubFile> files) {
        if (files.isEmpty()) {
            return "none";
        }
        List<String> names =
                new ArrayList<>(files.stream().limit(SHOWN).map(HubFile::path).toList());
        if (files.size() > SHOWN) {
            names.add("and %d more".formatted(files.size() - SHOWN));
        }
        return String.join(", ", names);
    }
}
