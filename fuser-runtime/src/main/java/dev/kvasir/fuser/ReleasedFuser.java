package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A fuser's folder as the method's authors publish it: {@code config.json} with the recipe, and in {@code final} one
 * {@code projector_<i>.json} per layer fuser beside its weights, and {@code projector_config.json} with the map of layers.
 */
final class ReleasedFuser {

    static final String RECIPE = "config.json";
    static final String MAP = "final/projector_config.json";

    private static final Pattern NUMBERED = Pattern.compile("projector_(\\d{1,5})\\.(json|pt)");
    private static final Set<String> CLASSES_WE_LACK =
            Set.of("AllInOneProjector", "ReplaceProjector", "AblationProjector");
    private static final Set<String> DTYPES = Set.of("float64", "float32", "float16", "bfloat16");
    private static final Set<String> ARGUMENTS = Set.of(
            "source_dim",
            "target_dim",
            "source_num_heads",
            "target_num_heads",
            "intermediate_dim",
            "hidden_dim",
            "num_layers",
            "dropout",
            "initial_temperature",
            "final_temperature",
            "anneal_steps",
            "dtype",
            "zero_init");

    private final Path folder;

    ReleasedFuser(Path folder) {
        this.folder = folder;
    }

    static String sizesFile(int layerFuser) {
        return "final/projector_%d.json".formatted(layerFuser);
    }

    static String pickleFile(int layerFuser) {
        return "final/projector_%d.pt".formatted(layerFuser);
    }

    FuserDescription describe() {
        FuserJson recipe = FuserJson.read(folder, RECIPE).object("model");
        List<LayerFuserShape> shapes = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            shapes.add(shape(i));
        }
        LayerFuserShape first = shapes.getFirst();
        return new FuserDescription(
                new FuserEnd(recipe.text("base_model"), null, null, first.heads(), first.headDim()),
                new FuserEnd(recipe.text("teacher_model"), null, null, first.sharerHeads(), first.sharerHeadDim()),
                alignment(recipe),
                PartialFusion.ALL,
                layers(shapes.size()),
                shapes);
    }

    /** One more than the highest number of any file, so that a gap shows as a missing file. */
    private int count() {
        int count = 0;
        try (Stream<Path> files = Files.list(folder.resolve("final"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NUMBERED.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    count = Math.max(count, Integer.parseInt(name.group(1)) + 1);
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot list " + folder.resolve("final"), fault);
        }
        return Math.max(count, 1);
    }

    private LayerFuserShape shape(int layerFuser) {
        FuserJson json = FuserJson.read(folder, sizesFile(layerFuser));
        String kind = json.text("class");
        if (!kind.equals("C2CProjector")) {
            throw json.fault(
                    CLASSES_WE_LACK.contains(kind) ? Fault.UNSUPPORTED_CLASS : Fault.UNKNOWN_CLASS,
                    "class",
                    "is " + kind + "; only C2CProjector is run");
        }
        FuserJson sizes = json.object("init_args");
        sizes.allow(ARGUMENTS);
        checkDtype(sizes);
        if (sizes.number("num_layers", 3) < 3) {
            throw sizes.bad("num_layers", "is " + sizes.number("num_layers") + "; a layer fuser has at least 3 layers");
        }
        try {
            return new LayerFuserShape(
                    sizes.number("source_num_heads"),
                    sizes.number("source_dim"),
                    sizes.number("target_num_heads"),
                    sizes.number("target_dim"),
                    sizes.number("hidden_dim", 1024),
                    sizes.number("intermediate_dim", 1024),
                    sizes.number("num_layers", 3),
                    Ablation.NONE);
        } catch (IllegalArgumentException fault) {
            throw sizes.bad("init_args", String.valueOf(fault.getMessage()));
        }
    }

    private static void checkDtype(FuserJson sizes) {
        if (!sizes.node().has("dtype")) {
            return;
        }
        String dtype = sizes.object("dtype").text("value");
        if (!DTYPES.contains(dtype)) {
            throw sizes.fault(Fault.UNSUPPORTED_DTYPE, "dtype", "is " + dtype + "; known are " + DTYPES);
        }
    }

    private static AlignmentMode alignment(FuserJson recipe) {
        if (!recipe.flag("is_do_alignment")) {
            return AlignmentMode.SAME_VOCABULARY;
        }
        String strategy = recipe.text("alignment_strategy");
        return switch (strategy) {
            case "first" -> AlignmentMode.FIRST;
            case "longest" -> AlignmentMode.LONGEST;
            default -> throw recipe.bad("alignment_strategy", "is " + strategy + "; known are first and longest");
        };
    }

    /** Receiver model 0, sharer model 1, receiver layer, then pairs of sharer layer and layer fuser. */
    private Map<Integer, LayerLink> layers(int layerFusers) {
        FuserJson whole = FuserJson.read(folder, MAP);
        whole.allow(Set.of("0"));
        FuserJson receiver = whole.object("0");
        receiver.allow(Set.of("1"));
        FuserJson sharer = receiver.object("1");
        Map<Integer, LayerLink> layers = new TreeMap<>();
        for (Map.Entry<String, JsonNode> layer : sharer.node().properties()) {
            String key = "0.1." + layer.getKey();
            if (!layer.getKey().matches("\\d{1,5}")) {
                throw sharer.fault(Fault.LAYER_OUT_OF_RANGE, key, "is no receiver layer");
            }
            if (!layer.getValue().isEmpty()) {
                LayerLink link = link(sharer, key, layer.getValue(), layerFusers);
                layers.put(Integer.valueOf(layer.getKey()), link);
            }
        }
        return layers;
    }

    private static LayerLink link(FuserJson json, String key, JsonNode pairs, int layerFusers) {
        if (!pairs.isArray() || !pairs.get(0).isArray() || pairs.get(0).size() != 2) {
            throw json.bad(key, "is not a list of one [sharer layer, layer fuser]");
        }
        if (pairs.size() > 1) {
            throw json.fault(
                    Fault.TOO_MANY_PAIRS, key, "has " + pairs.size() + " pairs; only one for each layer is run");
        }
        int sharerLayer = json.whole(key, pairs.get(0).get(0));
        int layerFuser = json.whole(key, pairs.get(0).get(1));
        if (sharerLayer < 0) {
            throw json.fault(Fault.LAYER_OUT_OF_RANGE, key, "names sharer layer " + sharerLayer);
        }
        if (layerFuser < 0 || layerFuser >= layerFusers) {
            throw json.fault(
                    Fault.FUSER_OUT_OF_RANGE,
                    key,
                    "names layer fuser %d; there are %d, counted from 0".formatted(layerFuser, layerFusers));
        }
        return new LayerLink(sharerLayer, layerFuser);
    }
}
