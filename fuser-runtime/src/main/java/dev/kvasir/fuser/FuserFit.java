package dev.kvasir.fuser;

import dev.kvasir.fuser.FuserInvalidException.Fault;
import dev.kvasir.model.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Whether a fuser leads from one model to another. */
record FuserFit(FuserDescription fuser, IntFunction<String> sizesFile, String mapFile) {

    void require(ModelConfig receiver, ModelConfig sharer) {
        List<LayerFuserShape> shapes = fuser.layerFusers();
        for (int i = 0; i < shapes.size(); i++) {
            LayerFuserShape shape = shapes.get(i);
            String file = sizesFile.apply(i);
            same(file, "target_num_heads", shape.heads(), receiver.kvHeads());
            same(file, "target_dim", shape.headDim(), receiver.headDim());
            same(file, "source_num_heads", shape.sharerHeads(), sharer.kvHeads());
            same(file, "source_dim", shape.sharerHeadDim(), sharer.headDim());
        }
        sameLayers("receiver.layers", fuser.receiver().layers(), receiver.layers());
        sameLayers("sharer.layers", fuser.sharer().layers(), sharer.layers());
        for (Map.Entry<Integer, LayerLink> layer : fuser.layers().entrySet()) {
            String key = "0.1." + layer.getKey();
            inside(key, "receiver", layer.getKey(), receiver.layers());
            inside(key, "sharer", layer.getValue().sharerLayer(), sharer.layers());
        }
    }

    private static void same(String file, String key, int trained, int has) {
        if (trained != has) {
            throw new FuserInvalidException(
                    Fault.MODEL_MISMATCH,
                    file,
                    key,
                    "the fuser is trained for %d, the model has %d; take the fuser of this pair"
                            .formatted(trained, has));
        }
    }

    private void sameLayers(String key, @Nullable Integer trained, int has) {
        if (trained != null) {
            same(mapFile, key, trained, has);
        }
    }

    private void inside(String key, String model, int layer, int layers) {
        if (layer >= layers) {
            throw new FuserInvalidException(
                    Fault.LAYER_OUT_OF_RANGE,
                    mapFile,
                    key,
                    "names layer %d of the %s, which has %d, counted from 0".formatted(layer, model, layers));
        }
    }
}
