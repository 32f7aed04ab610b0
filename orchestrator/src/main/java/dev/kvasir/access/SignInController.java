package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in by a one-time link, and out. */
@Controller
final class SignInController {

    private static final MediaType TEXT = MediaType.parseMediaType("text/plain;charset=UTF-8");

    private final SignInLinks links;
    private final Audit audit;

    SignInController(SignInLinks links, Audit audit) {
        this.links = links;
        this.audit = audit;
    }

    /** Where the first administrator comes in; gone once somebody has. */
    @GetMapping("/setup")
    ResponseEntity<byte[]> setup(@RequestParam String link, HttpServletRequest request) {
        if (!links.isFirst(link)) {
            throw ProblemException.notFound("resource", "/setup");
        }
        return signIn(link, request);
    }

    @GetMapping("/login")
    ResponseEntity<byte[]> login(@RequestParam(required = false) @Nullable String link, HttpServletRequest request) {
        if (link == null) {
            return text(HttpStatus.OK, """
                    You are not signed in.

                    Open the sign-in link that 'kvasir up' prints when it starts. It is good once, for 30 minutes.
                    """);
        }
        return signIn(link, request);
    }

    @PostMapping("/logout")
    ResponseEntity<byte[]> logout(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            audit.record("sign-out", "session", Audit.Outcome.DONE);
            session.invalidate();
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(HttpHeaders.LOCATION, "/login")
                .build();
    }

    private ResponseEntity<byte[]> signIn(String link, HttpServletRequest request) {
        Caller caller = links.redeem(link).orElse(null);
        if (caller == null) {
            audit.record("sign-in", "link", Audit.Outcome.REFUSED);
            return text(HttpStatus.FORBIDDEN, """
                    This sign-in link was used already or is older than 30 minutes.

                    Start 'kvasir up' again for a new one.
                    """);
        }
        HttpSession old = request.getSession(false);
        if (old != null) {
            old.invalidate();
        }
        request.getSession(true)
                .setAttribute(CallerFilter.SESSION_USER, caller.userId().toString());
        audit.record(caller.name(), "sign-in", "link", Audit.Outcome.DONE);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(HttpHeaders.LOCATION, "/")
                .build();
    }

    private static ResponseEntity<byte[]> text(HttpStatus status, String text) {
        return ResponseEntity.status(status).contentType(TEXT).body(text.getBytes(StandardCharsets.UTF_8));
    }
}
