package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.fuser.pickle.PickledTensorsWriter;
import dev.kvasir.model.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a fuser as the method's authors publish theirs, so that their code loads it; {@link ReleasedFuser} reads the same. What the
 * layout has no place for is left out: the ends' digests and numbers of layers.
 */
final class ReleasedFuserWriter {

    private static final Map<AlignmentMode, String> STRATEGIES =
            Map.of(AlignmentMode.FIRST, "first", AlignmentMode.LONGEST, "longest");
    private static final Map<StoredType, String> DTYPES = Map.of(
            StoredType.F64,
            "float64",
            StoredType.F32,
            "float32",
            StoredType.F16,
            "float16",
            StoredType.BF16,
            "bfloat16");

    private final FuserDescription description;
    private final FuserTensors tensors;

    ReleasedFuserWriter(FuserDescription description, FuserTensors tensors) {
        this.description = description;
        this.tensors = tensors;
    }

    /**
     * Writes into a folder, which is made.
     *
     * @throws FuserInvalidException if the layout cannot say what this fuser is; nothing is written then
     */
    void write(Path folder) {
        Map<String, Object> recipe = recipe();
        Map<String, Object> sizes = new LinkedHashMap<>();
        for (int i = 0; i < description.layerFusers().size(); i++) {
            sizes.put(ReleasedFuser.sizesFile(i), sizes(i));
        }
        try {
            Files.createDirectories(folder.resolve(ReleasedFuser.MAP).getParent());
            json(folder, ReleasedFuser.RECIPE, recipe);
            json(folder, ReleasedFuser.MAP, Map.of("0", Map.of("1", layers())));
            for (Map.Entry<String, Object> file : sizes.entrySet()) {
                json(folder, file.getKey(), file.getValue());
            }
        } catch (IOException fault) {
            throw new UncheckedIOException("Cannot write into " + folder, fault);
        }
        for (int i = 0; i < description.layerFusers().size(); i++) {
            pickle(i, folder.resolve(ReleasedFuser.pickleFile(i)));
        }
    }

    private static void json(Path folder, String file, Object content) throws IOException {
        Files.writeString(
                folder.resolve(file),
                FuserJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }

    private Map<String, Object> recipe() {
        AlignmentMode mode = description.alignment();
        boolean isAligned = mode != AlignmentMode.SAME_VOCABULARY;
        if (isAligned && !STRATEGIES.containsKey(mode)) {
            throw new FuserInvalidException(
                    Fault.BAD_CONFIG,
                    ReleasedFuser.RECIPE,
                    "alignment_strategy",
                    "cannot be %s in the released layout; known are first and longest".formatted(mode));
        }
        if (!description.dial().equals(PartialFusion.ALL)) {
            throw new FuserInvalidException(
                    Fault.BAD_CONFIG,
                    ReleasedFuser.RECIPE,
                    "dial",
                    "has no place in the released layout, whose fusers fuse whole messages; this one fuses %s"
                            .formatted(description.dial()));
        }
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("base_model", description.receiver().model());
        model.put("teacher_model", description.sharer().model());
        model.put("is_do_alignment", isAligned);
        model.put("alignment_strategy", STRATEGIES.getOrDefault(mode, "first"));
        return Map.of("model", model);
    }

    private Map<String, Object> sizes(int layerFuser) {
        LayerFuserShape shape = description.layerFusers().get(layerFuser);
        if (shape.ablation() != Ablation.NONE) {
            throw new FuserInvalidException(
                    Fault.UNSUPPORTED_CLASS,
                    ReleasedFuser.sizesFile(layerFuser),
                    "class",
                    "has no name for a layer fuser of ablation " + shape.ablation());
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("source_dim", shape.sharerHeadDim());
        arguments.put("target_dim", shape.headDim());
        arguments.put("source_num_heads", shape.sharerHeads());
        arguments.put("target_num_heads", shape.heads());
        arguments.put("intermediate_dim", shape.intermediate());
        arguments.put("hidden_dim", shape.hidden());
        arguments.put("num_layers", shape.layers());
        arguments.put("dtype", Map.of("__type__", "torch.dtype", "value", dtype(layerFuser)));
        Map<String, Object> sizes = new LinkedHashMap<>();
        sizes.put("class", "C2CProjector");
        sizes.put("init_args", arguments);
        return sizes;
    }

    /** Of all tensors of a layer fuser: the layout names one, to which the reference would convert the others. */
    private String dtype(int layerFuser) {
        List<StoredType> types = tensors.names(layerFuser).stream()
                .map(name -> tensors.type(layerFuser, name))
                .distinct()
                .sorted()
                .toList();
        if (types.size() != 1 || !DTYPES.containsKey(types.getFirst())) {
            throw new FuserInvalidException(
                    Fault.UNSUPPORTED_DTYPE,
                    ReleasedFuser.sizesFile(layerFuser),
                    "dtype",
                    "is one of %s for all tensors; these are of %s".formatted(DTYPES.values(), types));
        }
        return DTYPES.getOrDefault(types.getFirst(), "float32");
    }

    /** Receiver layer to its one pair of sharer layer and layer fuser. */
    private Map<String, List<List<Integer>>> layers() {
        Map<String, List<List<Integer>>> layers = new LinkedHashMap<>();
        description
                .layers()
                .forEach((layer, link) ->
                        layers.put(String.valueOf(layer), List.of(List.of(link.sharerLayer(), link.layerFuser()))));
        return layers;
    }

    private void pickle(int layerFuser, Path file) {
        PickledTensorsWriter writer = new PickledTensorsWriter();
        for (String name : description.layerFusers().get(layerFuser).tensors().keySet()) {
            writer.add(
                    name,
                    tensors.type(layerFuser, name),
                    tensors.shape(layerFuser, name),
                    () -> tensors.bytes(layerFuser, name));
        }
        writer.write(file);
    }
}
