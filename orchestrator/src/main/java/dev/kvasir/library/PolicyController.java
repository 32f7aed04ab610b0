package dev.kvasir.library;

import dev.kvasir.access.Audit;
import dev.kvasir.access.Caller;
import dev.kvasir.access.ProblemException;
import dev.kvasir.access.ProblemFault;
import dev.kvasir.access.ProblemType;
import dev.kvasir.graph.OpaqueEdges;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the caller's edges may carry, over REST. */
@RestController
@RequestMapping("/api/v1/policy")
final class PolicyController {

    private final EdgePolicies policies;
    private final Audit audit;

    PolicyController(EdgePolicies policies, Audit audit) {
        this.policies = policies;
        this.audit = audit;
    }

    /** As it is. */
    record Policy(OpaqueEdges opaqueEdges) {}

    /** As it shall be. */
    record Wanted(@Nullable String opaqueEdges) {}

    @GetMapping
    Policy read(@AuthenticationPrincipal Caller caller) {
        return new Policy(policies.opaqueEdges(caller.userId()));
    }

    @PutMapping
    Policy change(@RequestBody Wanted wanted, @AuthenticationPrincipal Caller caller) {
        OpaqueEdges opaque = opaque(wanted);
        if (policies.opaqueEdges(caller.userId()) != opaque) {
            policies.put(caller.userId(), opaque);
            audit.record("policy.change", "opaqueEdges=" + opaque, Audit.Outcome.DONE);
        }
        return new Policy(opaque);
    }

    private static OpaqueEdges opaque(Wanted wanted) {
        return Arrays.stream(OpaqueEdges.values())
                .filter(option -> option.name().equals(wanted.opaqueEdges()))
                .findFirst()
                .orElseThrow(() -> {
                    String detail = "opaqueEdges is ALLOWED or FORBIDDEN, not "
                            + (wanted.opaqueEdges() == null ? "absent" : "'" + wanted.opaqueEdges() + "'") + ".";
                    return new ProblemException(
                            ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at("/opaqueEdges", detail)));
                });
    }
}
