package dev.kvasir.pool;

import dev.kvasir.access.Page;
import dev.kvasir.access.ProblemException;
import dev.kvasir.graph.Registry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Models, fusers, workers and devices over REST. */
@RestController
@Profile("!worker")
@RequestMapping("/api/v1")
final class PoolController {

    private final Pool pool;
    private final Registry registry;

    PoolController(Pool pool, Registry registry) {
        this.pool = pool;
        this.registry = registry;
    }

    @GetMapping("/models")
    Page<ModelRecord> models() {
        return new Page<>(pool.models(), null);
    }

    @GetMapping("/models/{model}")
    ModelRecord model(@PathVariable String model) {
        return pool.model(model).orElseThrow(() -> ProblemException.notFound("model", model));
    }

    @GetMapping("/fusers")
    Page<FuserRecord> fusers() {
        return new Page<>(pool.fusers(), null);
    }

    @GetMapping("/fusers/{fuser}")
    FuserRecord fuser(@PathVariable String fuser) {
        return pool.fuser(fuser).orElseThrow(() -> ProblemException.notFound("fuser", fuser));
    }

    /**
     * Whether a fuser leads from one model to another.
     *
     * @param fuser the one that would be used; absent when there is none
     */
    record Compatibility(
            String sharer,
            String receiver,
            boolean compatible,
            @Nullable String fuser,
            String detail) {}

    @GetMapping("/fusers/compatibility")
    Compatibility compatibility(@RequestParam String sharer, @RequestParam String receiver) {
        Registry.Model from = find(sharer);
        Registry.Model to = find(receiver);
        Optional<Registry.Fuser> fuser = registry.fusers().stream()
                .filter(candidate -> isFor(candidate.sharer(), from) && isFor(candidate.receiver(), to))
                .findFirst();
        return fuser.map(found -> new Compatibility(
                        sharer,
                        receiver,
                        true,
                        found.name(),
                        "Fuser '%s' leads from %s to %s.".formatted(found.name(), sharer, receiver)))
                .orElseGet(() -> new Compatibility(
                        sharer,
                        receiver,
                        false,
                        null,
                        "No fuser leads from %s to %s. Train one, use TEXT, or set a fallback."
                                .formatted(sharer, receiver)));
    }

    private static boolean isFor(Registry.End end, Registry.Model model) {
        return (model.isNamed(end.model()) || model.digest().equals(end.digest()))
                && model.cache().fits(end.cache());
    }

    private Registry.Model find(String name) {
        return registry.model(name).orElseThrow(() -> ProblemException.notFound("model", name));
    }

    @GetMapping("/workers")
    Page<WorkerRecord> workers() {
        return new Page<>(pool.workers(), null);
    }

    /** A device and whose it is. */
    record DeviceOfWorker(String worker, DeviceRecord device) {}

    @GetMapping("/devices")
    Page<DeviceOfWorker> devices() {
        return new Page<>(
                active().flatMap(worker ->
                                worker.devices().stream().map(device -> new DeviceOfWorker(worker.name(), device)))
                        .toList(),
                null);
    }

    /**
     * The pool in numbers.
     *
     * @param slots islands that could run at a time
     * @param running islands that run
     * @param waiting islands that wait for a worker
     */
    record PoolView(int workers, int slots, int running, int waiting, List<String> models) {}

    @GetMapping("/pool")
    PoolView pool() {
        List<WorkerRecord> active = active().toList();
        return new PoolView(
                active.size(),
                active.stream().mapToInt(WorkerRecord::slots).sum(),
                active.stream().mapToInt(WorkerRecord::running).sum(),
                pool.waitingIslands(),
                pool.models().stream()
                        .filter(ModelRecord::available)
                        .map(ModelRecord::name)
                        .toList());
    }

    private Stream<WorkerRecord> active() {
        return pool.workers().stream().filter(worker -> "ACTIVE".equals(worker.state()));
    }
}
