package dev.kvasir.agent.langchain4j;

import dev.kvasir.agent.FuserEntry;
import dev.kvasir.agent.ModelCatalog;
import dev.kvasir.agent.ModelEntry;
import java.util.List;
import java.util.Optional;

/** A catalogue of a few models and no fuser. */
record SomeModels(List<ModelEntry> models) implements ModelCatalog {

    SomeModels {
        models = List.copyOf(models);
    }

    @Override
    public Optional<ModelEntry> model(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    @Override
    public Optional<FuserEntry> fuser(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<FuserEntry> fuserBetween(String sharer, String receiver) {
        return Optional.empty();
    }
}
