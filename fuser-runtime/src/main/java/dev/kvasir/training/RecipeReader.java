package dev.kvasir.training;

import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.LayerAlignment;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.training.TrainingRecipe.Data;
import dev.kvasir.training.TrainingRecipe.Optimiser;
import dev.kvasir.training.TrainingRecipe.Pace;
import dev.kvasir.training.TrainingRecipe.Shape;
import dev.kvasir.training.TrainingRecipe.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads a recipe key by key, noting every fault before it gives up. */
final class RecipeReader {

    private final JsonNode node;
    private final String place;
    private final List<String> faults;
    private final Set<String> known = new HashSet<>();

    private RecipeReader(JsonNode node, String place, List<String> faults) {
        this.node = node;
        this.place = place;
        this.faults = faults;
    }

    static TrainingRecipe read(Path file) {
        List<String> faults = new ArrayList<>();
        RecipeReader root = new RecipeReader(parse(file), "", faults);
        TrainingRecipe recipe = new TrainingRecipe(
                root.text("receiver"),
                root.text("sharer"),
                root.text("fuser"),
                data(root.part("data"), file),
                shape(root.part("shape")),
                optimiser(root.part("optimiser")),
                pace(root.part("pace")),
                root.whole("seed", 42, 0));
        root.refuseUnknown();
        if (!faults.isEmpty()) {
            throw new RecipeInvalidException(file, faults);
        }
        return recipe;
    }

    private static JsonNode parse(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException fault) {
            throw new RecipeInvalidException(file, List.of("it is not JSON: " + fault.getOriginalMessage()));
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot read the recipe " + file, fault);
        }
    }

    private static Data data(RecipeReader part, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        String name = part.text("file");
        Data data = new Data(
                folder == null ? Path.of(name) : folder.resolve(name),
                part.number("heldOut", 0.05, 0, 0.9),
                part.whole("longest", 512, 2));
        part.refuseUnknown();
        return data;
    }

    private static Shape shape(RecipeReader part) {
        Shape shape = new Shape(
                part.whole("hidden", 1024, 1),
                part.whole("intermediate", 1024, 1),
                part.whole("layers", 3, 3),
                part.number("dropout", 0.1, 0, 0.99),
                part.number("gateStart", 0, -100, 100),
                part.oneOf("start", Start.UNIFORM, Start.class),
                new PartialFusion(
                        part.number("share", 1, 0, 1),
                        part.oneOf("order", PartialFusion.End.BACK, PartialFusion.End.class)),
                part.oneOf("mapping", LayerAlignment.LAST_ALIGNED, LayerAlignment.class),
                part.oneOf("alignment", AlignmentMode.LONGEST, AlignmentMode.class));
        part.refuseUnknown();
        return shape;
    }

    private static Optimiser optimiser(RecipeReader part) {
        Optimiser optimiser = new Optimiser(
                part.number("learningRate", 1e-4, 0, 10),
                part.number("weightDecay", 0.01, 0, 1),
                part.number("warmupShare", 0.1, 0, 0.9),
                part.number("maxGradientNorm", 1, 1e-9, 1e9),
                part.number("startTemperature", 1, 1e-9, 100),
                part.number("endTemperature", 0.001, 1e-9, 100));
        part.refuseUnknown();
        return optimiser;
    }

    private static Pace pace(RecipeReader part) {
        Pace pace = new Pace(
                part.whole("epochs", 1, 1),
                part.whole("batch", 8, 1),
                part.whole("accumulation", 1, 1),
                part.whole("evaluateEvery", 100, 1),
                part.whole("patience", 0, 0),
                part.whole("checkpointEvery", 0, 0));
        part.refuseUnknown();
        return pace;
    }

    private RecipeReader part(String key) {
        known.add(key);
        JsonNode found = node.path(key);
        if (!found.isMissingNode() && !found.isObject()) {
            faults.add("'%s' is an object".formatted(place + key));
        }
        return new RecipeReader(found.isObject() ? found : MissingNode.getInstance(), place + key + ".", faults);
    }

    private String text(String key) {
        known.add(key);
        JsonNode found = node.path(key);
        if (!found.isString() || found.asString().isBlank()) {
            faults.add("'%s' is a text and must be given".formatted(place + key));
            return "";
        }
        return found.asString();
    }

    private double number(String key, double otherwise, double least, double most) {
        known.add(key);
        JsonNode found = node.path(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isNumber() || !(found.asDouble() >= least && found.asDouble() <= most)) {
            faults.add("'%s' is a number from %s to %s, not %s".formatted(place + key, least, most, found));
            return otherwise;
        }
        return found.asDouble();
    }

    private int whole(String key, int otherwise, int least) {
        known.add(key);
        JsonNode found = node.path(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isInt() || found.asInt() < least) {
            faults.add("'%s' is a whole number from %d, not %s".formatted(place + key, least, found));
            return otherwise;
        }
        return found.asInt();
    }

    private <E extends Enum<E>> E oneOf(String key, E otherwise, Class<E> type) {
        known.add(key);
        JsonNode found = node.path(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (found.isString() && value.name().toLowerCase(Locale.ROOT).equals(found.asString())) {
                return value;
            }
        }
        faults.add("'%s' is one of %s, not %s"
                .formatted(place + key, Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT), found));
        return otherwise;
    }

    private void refuseUnknown() {
        node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> faults.add("'%s' is not known".formatted(place + name)));
    }
}
