package dev.kvasir.access;

import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The page of each problem type, with the cure. Open to everyone. */
@RestController
final class ProblemPageController {

    private static final MediaType TEXT = MediaType.parseMediaType("text/plain;charset=UTF-8");

    @GetMapping("/problems/{slug}")
    ResponseEntity<byte[]> page(@PathVariable String slug) {
        ProblemType type = ProblemType.ofSlug(slug).orElseThrow(() -> ProblemException.notFound("problem type", slug));
        String page = "%s (%s, status %d)%n%n%s%n".formatted(type.title(), type.name(), type.status(), type.cure());
        return ResponseEntity.ok().contentType(TEXT).body(page.getBytes(StandardCharsets.UTF_8));
    }
}
