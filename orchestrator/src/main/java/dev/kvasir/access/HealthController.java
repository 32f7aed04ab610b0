package dev.kvasir.access;

import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the process lives, and whether it can serve. Open to everyone. */
@RestController
final class HealthController {

    private final JdbcClient database;

    HealthController(JdbcClient database) {
        this.database = database;
    }

    @GetMapping("/health/live")
    Map<String, String> live() {
        return Map.of("status", "UP");
    }

    /** Answers 503 {@code database-unavailable} while the database cannot be reached. */
    @GetMapping("/health/ready")
    Map<String, String> ready() {
        database.sql("select 1").query(Integer.class).single();
        return Map.of("status", "UP");
    }

    /** Which Kvasir this is. */
    @GetMapping("/api/v1/version")
    ResponseEntity<Version> version() {
        String built = getClass().getPackage().getImplementationVersion();
        return ResponseEntity.ok(new Version("kvasir", built == null ? "development" : built));
    }

    /** A name and a version. */
    record Version(String name, String version) {}
}
