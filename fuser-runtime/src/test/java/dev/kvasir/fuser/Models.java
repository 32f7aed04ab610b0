package dev.kvasir.fuser;

import dev.kvasir.decoder.LoadedModel;
import dev.kvasir.torch.ElementType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tiny pair's models, made once and kept as long as the tests run. */
final class Models {

    static final Map<ElementType, LoadedModel> RECEIVERS = new ConcurrentHashMap<>();
    static final Map<ElementType, LoadedModel> SHARERS = new ConcurrentHashMap<>();

    private Models() {}
}
