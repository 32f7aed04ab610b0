package dev.kvasir.training;

import dev.kvasir.fuser.AlignmentMode;
import dev.kvasir.fuser.LayerAlignment;
import dev.kvasir.fuser.PartialFusion;
import dev.kvasir.training.TrainingRecipe.Data;
import dev.kvasir.training.TrainingRecipe.Optimiser;
import dev.kvasir.training.TrainingRecipe.Pace;
import dev.kvasir.training.TrainingRecipe.Shape;
import dev.kvasir.training.TrainingRecipe.Start;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads a recipe key by key, noting every fault before it gives up. */
final class RecipeReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final JsonNode node;
    private final String place;
    private final RecipeText text;
    private final List<RecipeFault> faults;
    private final Set<String> known = new HashSet<>();

    private RecipeReader(JsonNode node, String place, RecipeText text, List<RecipeFault> faults) {
        this.node = node;
        this.place = place;
        this.text = text;
        this.faults = faults;
    }

    static TrainingRecipe read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return read(RecipeText.read(file), file.toString(), folder == null ? Path.of("") : folder);
    }

    /** @param name what the message calls the recipe */
    static TrainingRecipe read(RecipeText text, String name, Path folder) {
        if (!text.root().isObject()) {
            throw RecipeText.refusal(name, "it is not an object", null);
        }
        List<RecipeFault> faults = new ArrayList<>(text.faults());
        RecipeReader root = new RecipeReader(text.root(), "/", text, faults);
        TrainingRecipe recipe = new TrainingRecipe(
                root.text("receiver"),
                root.text("sharer"),
                root.name("fuser"),
                data(root.part("data"), folder),
                shape(root.part("shape")),
                optimiser(root.part("optimiser")),
                pace(root.part("pace")),
                root.whole("seed", 42, 0));
        root.refuseUnknown();
        if (!faults.isEmpty()) {
            throw new RecipeInvalidException(name, faults);
        }
        return recipe;
    }

    private static Data data(RecipeReader part, Path folder) {
        Data data = new Data(
                part.path("file", folder), part.number("heldOut", 0.05, 0, 0.9), part.whole("longest", 512, 2));
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
        JsonNode found = value(key);
        if (!found.isMissingNode() && !found.isObject()) {
            fault(key, "is an object, not " + found);
        }
        return new RecipeReader(found.isObject() ? found : MissingNode.getInstance(), place + key + "/", text, faults);
    }

    private String text(String key) {
        JsonNode found = value(key);
        if (!found.isString() || found.asString().isBlank()) {
            fault(key, "is a text and must be given");
            return "";
        }
        return found.asString();
    }

    private String name(String key) {
        String name = text(key);
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            fault(
                    key,
                    "is a name of letters, digits, '.', '_' and '-', a letter or digit first, up to 100, not "
                            + value(key));
        }
        return name;
    }

    private Path path(String key, Path folder) {
        String name = text(key);
        try {
            return folder.resolve(name).normalize();
        } catch (InvalidPathException fault) {
            fault(key, "is a path, not " + value(key));
            return folder;
        }
    }

    private double number(String key, double otherwise, double least, double most) {
        JsonNode found = value(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isNumber() || !(found.asDouble() >= least && found.asDouble() <= most)) {
            fault(key, "is a number from %s to %s, not %s".formatted(least, most, found));
            return otherwise;
        }
        return found.asDouble();
    }

    private int whole(String key, int otherwise, int least) {
        JsonNode found = value(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        if (!found.isInt() || found.asInt() < least) {
            fault(key, "is a whole number from %d, not %s".formatted(least, found));
            return otherwise;
        }
        return found.asInt();
    }

    private <E extends Enum<E>> E oneOf(String key, E otherwise, Class<E> type) {
        JsonNode found = value(key);
        if (found.isMissingNode()) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (found.isString() && value.name().toLowerCase(Locale.ROOT).equals(found.asString())) {
                return value;
            }
        }
        String all = Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        fault(key, "is one of %s, not %s".formatted(all, found));
        return otherwise;
    }

    private JsonNode value(String key) {
        known.add(key);
        return node.path(key);
    }

    private void refuseUnknown() {
        node.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> fault(name, "is not known"));
    }

    private void fault(String key, String rule) {
        String pointer = place + key;
        faults.add(new RecipeFault(pointer, "'%s' %s".formatted(RecipeText.dotted(pointer), rule), text.line(pointer)));
    }
}
