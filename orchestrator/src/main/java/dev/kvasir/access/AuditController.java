package dev.kvasir.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit over REST, newest first. */
@RestController
final class AuditController {

    private static final String LIST = "audit";

    private final Audit audit;
    private final Cursors cursors;

    AuditController(Audit audit, Cursors cursors) {
        this.audit = audit;
        this.cursors = cursors;
    }

    @GetMapping("/api/v1/audit")
    Page<Audit.Entry> list(
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @AuthenticationPrincipal Caller caller) {
        int most = Page.limit(limit);
        long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursors.position(cursor, LIST, caller));
        List<Audit.Entry> entries = audit.before(before, most + 1);
        return Page.cut(entries, most, last -> cursors.after(Long.toString(last.id()), LIST, caller));
    }
}
