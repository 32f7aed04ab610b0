package dev.kvasir.web.fuser;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.Scope;
import dev.kvasir.operation.OperationFinishedException;
import dev.kvasir.operation.OperationId;
import dev.kvasir.operation.Operations;
import dev.kvasir.operation.training.FuserNameTakenException;
import dev.kvasir.operation.training.RecipeRefusedException;
import dev.kvasir.operation.training.Training;
import dev.kvasir.operation.training.TrainingLog;
import dev.kvasir.operation.training.TrainingLogs;
import dev.kvasir.operation.training.Trainings;
import dev.kvasir.pool.ModelRecord;
import dev.kvasir.pool.Pool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.ModelAndView;

/** Fusers, and each of their trainings while it goes on and afterwards. */
@Controller
class FuserPages {

    private static final int TRAININGS = 50;

    private final Pool pool;
    private final Trainings trainings;
    private final Operations operations;
    private final TrainingLogs logs;
    private final Audit audit;

    FuserPages(Pool pool, Trainings trainings, Operations operations, TrainingLogs logs, Audit audit) {
        this.pool = pool;
        this.trainings = trainings;
        this.operations = operations;
        this.logs = logs;
        this.audit = audit;
    }

    @GetMapping("/fusers")
    ModelAndView list(@AuthenticationPrincipal Caller caller) {
        return page("fuser/fusers", fusers(caller, null, List.of()));
    }

    @GetMapping("/fusers/state")
    ModelAndView lists(@AuthenticationPrincipal Caller caller) {
        return page("fuser/fusers :: state(page=${page})", fusers(caller, null, List.of()));
    }

    @PostMapping("/fusers/trainings")
    ModelAndView train(@AuthenticationPrincipal Caller caller, @ModelAttribute FusersPage.Values values) {
        if (!mayTrain(caller)) {
            return new ModelAndView("frame/missing", HttpStatus.FORBIDDEN);
        }
        try {
            OperationId queued = trainings.train(caller.userId(), FormRecipe.json(values));
            audit.record("fuser.train", queued.toString(), Audit.Outcome.DONE);
            return new ModelAndView("redirect:/fusers/trainings/" + queued);
        } catch (RecipeRefusedException refused) {
            return refused(caller, values, refused.sentences());
        } catch (FuserNameTakenException taken) {
            return refused(caller, values, List.of(String.valueOf(taken.getMessage())));
        }
    }

    private ModelAndView refused(Caller caller, FusersPage.Values values, List<String> refusals) {
        ModelAndView page = page("fuser/fusers", fusers(caller, values, refusals));
        page.setStatus(HttpStatus.UNPROCESSABLE_CONTENT);
        return page;
    }

    @GetMapping("/fusers/trainings/{training}")
    ModelAndView training(@AuthenticationPrincipal Caller caller, @PathVariable String training) {
        return find(caller, training)
                .map(found -> page("fuser/training", found))
                .orElseGet(FuserPages::missing);
    }

    @GetMapping("/fusers/trainings/{training}/state")
    ModelAndView state(@AuthenticationPrincipal Caller caller, @PathVariable String training) {
        return find(caller, training)
                .map(found -> page("fuser/training :: state(page=${page})", found))
                .orElseGet(FuserPages::missing);
    }

    @PostMapping("/fusers/trainings/{training}/cancel")
    ModelAndView cancel(@AuthenticationPrincipal Caller caller, @PathVariable String training) {
        Optional<OperationId> id = OperationId.parse(training);
        if (!mayTrain(caller) || id.isEmpty()) {
            return missing();
        }
        try {
            if (operations.cancel(caller.userId(), id.get()).isEmpty()) {
                return missing();
            }
            audit.record("operation.cancel", training, Audit.Outcome.DONE);
        } catch (OperationFinishedException over) {
            return new ModelAndView("redirect:/fusers/trainings/" + id.get()); // its page says how it ended
        }
        return new ModelAndView("redirect:/fusers/trainings/" + id.get());
    }

    private Optional<TrainingPage> find(Caller caller, String training) {
        Optional<OperationId> id = OperationId.parse(training);
        return id.isEmpty()
                ? logs.find(training).map(TrainingPage::of)
                : trainings
                        .find(caller.userId(), id.get())
                        .map(found -> TrainingPage.of(
                                found, trainings.points(caller.userId(), found.id()), mayTrain(caller)));
    }

    private FusersPage fusers(Caller caller, FusersPage.@Nullable Values sent, List<String> refusals) {
        List<String> models = models();
        FusersPage.Values values = sent == null ? FusersPage.Values.usual(models) : sent;
        List<Training> known = trainings.list(caller.userId(), TRAININGS);
        Set<String> overApi = new HashSet<>();
        known.forEach(training -> overApi.add(training.fuser()));
        List<TrainingLog> others = logs.list().stream()
                .filter(log -> !overApi.contains(log.fuser()))
                .toList();
        Map<String, Double> losses = losses(known, others);
        boolean isBusy = known.stream().anyMatch(training -> !training.state().isFinal())
                || others.stream().anyMatch(TrainingLog::isGrowing);
        return new FusersPage(
                pool.fusers().stream()
                        .map(fuser -> FuserRow.of(fuser, losses.get(fuser.name())))
                        .toList(),
                Stream.concat(
                                known.stream().map(TrainingRow::of),
                                others.stream().map(TrainingRow::of))
                        .toList(),
                isBusy,
                mayTrain(caller) ? new FusersPage.Form(models, values) : null,
                refusals);
    }

    /** By fuser, as far as a training that we know of tells. */
    private static Map<String, Double> losses(List<Training> trainings, List<TrainingLog> others) {
        Map<String, Double> losses = new HashMap<>();
        for (TrainingLog log : others) {
            Double loss = log.heldOutLoss();
            if (loss != null) {
                losses.put(log.fuser(), loss);
            }
        }
        for (Training training : trainings.reversed()) {
            Training.Result result = training.result();
            if (result != null && result.heldOutLoss() != null) {
                losses.put(training.fuser(), result.heldOutLoss());
            }
        }
        return losses;
    }

    private List<String> models() {
        return pool.models().stream()
                .filter(ModelRecord::hasWeights)
                .map(ModelRecord::name)
                .toList();
    }

    private static boolean mayTrain(Caller caller) {
        return caller.may(Scope.MODELS_ADMIN);
    }

    private static ModelAndView page(String view, Object page) {
        return new ModelAndView(view, "page", page);
    }

    private static ModelAndView missing() {
        return new ModelAndView("frame/missing", HttpStatus.NOT_FOUND);
    }
}
