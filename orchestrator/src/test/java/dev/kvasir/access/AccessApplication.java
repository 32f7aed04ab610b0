package dev.kvasir.access;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** This room alone, with one resource that does next to nothing. */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan("dev.kvasir.access")
class AccessApplication {

    /** Counts what is asked of it. */
    @RestController
    static class ProbeController {

        final AtomicInteger calls = new AtomicInteger();
        private final JdbcClient database;

        ProbeController(JdbcClient database) {
            this.database = database;
        }

        record Ask(
                @Nullable String text,
                @Nullable Integer number,
                @Nullable Integer status,
                @Nullable Long sleepMs) {}

        record Told(UUID id, int call, @Nullable String text) {}

        @GetMapping("/")
        String home(@AuthenticationPrincipal Caller caller) {
            return caller.name();
        }

        @PostMapping("/page")
        String change() {
            return "changed";
        }

        @GetMapping("/api/v1/probe/fault")
        String fault() {
            throw new IllegalStateException("secret words");
        }

        @PostMapping("/api/v1/probe")
        ResponseEntity<Told> probe(@RequestBody Ask ask) {
            int call = calls.incrementAndGet();
            if (ask.sleepMs() != null) {
                database.sql("select 1 from pg_sleep(:seconds)")
                        .param("seconds", ask.sleepMs() / 1000.0)
                        .query(Integer.class)
                        .single();
            }
            if (ask.status() != null) {
                throw new ProblemException(
                        ProblemType.valueOf(ask.status() == 422 ? "INPUT_INVALID" : "NO_WORKER"), "As asked.");
            }
            return ResponseEntity.status(201)
                    .header("Location", "/api/v1/probe/" + call)
                    .body(new Told(UUID.nameUUIDFromBytes(new byte[] {(byte) call}), call, ask.text()));
        }
    }
}
