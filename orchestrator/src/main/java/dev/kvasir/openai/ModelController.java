package dev.kvasir.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kvasir.access.Caller;
import dev.kvasir.openai.ServedModels.Listed;
import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The models that a request may name. */
@RestController
@Profile("!worker")
final class ModelController {

    private final ServedModels models;

    ModelController(ServedModels models) {
        this.models = models;
    }

    /** All of them; the API knows no pages here. */
    record ModelList(String object, List<ModelView> data) {}

    /**
     * One model.
     *
     * @param created seconds since 1970
     */
    record ModelView(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy) {

        static ModelView of(Listed model) {
            return new ModelView(model.id(), "model", model.created().getEpochSecond(), "kvasir");
        }
    }

    @GetMapping("/v1/models")
    ModelList list(@AuthenticationPrincipal Caller caller) {
        return new ModelList(
                "list", models.list(caller).stream().map(ModelView::of).toList());
    }

    /** Names of graphs hold a slash, so the rest of the path is the name. */
    @GetMapping("/v1/models/{*model}")
    ModelView read(@PathVariable String model, @AuthenticationPrincipal Caller caller) {
        String name = model.startsWith("/") ? model.substring(1) : model;
        return models.describe(caller, name).map(ModelView::of).orElseThrow(() -> Refusals.noModel(name));
    }
}
