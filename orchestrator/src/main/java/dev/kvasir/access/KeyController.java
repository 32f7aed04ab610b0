package dev.kvasir.access;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** API keys over REST. A secret is shown in the answer that makes it, and never again. */
@RestController
@RequestMapping("/api/v1/keys")
final class KeyController {

    private static final String PREFIX = "key_";
    private static final int LONGEST_NAME = 200;
    private static final long LONGEST_LIFE_MS = Duration.ofDays(366).toMillis();

    private final ApiKeys keys;

    KeyController(ApiKeys keys) {
        this.keys = keys;
    }

    /** What a new key is to be. */
    record NewKey(
            @Nullable String name,
            @Nullable List<String> scopes,
            @Nullable Long expiresInMs) {}

    @PostMapping
    ResponseEntity<ApiKeys.IssuedKey> create(@RequestBody NewKey wanted, @AuthenticationPrincipal Caller caller) {
        ApiKeys.IssuedKey issued = keys.issue(caller, name(wanted), scopes(wanted), life(wanted));
        return ResponseEntity.created(
                        URI.create("/api/v1/keys/" + issued.details().id()))
                .body(issued);
    }

    @GetMapping
    Page<ApiKeys.ApiKey> list(@AuthenticationPrincipal Caller caller) {
        return new Page<>(keys.all(caller.userId()), null);
    }

    @GetMapping("/{key}")
    ApiKeys.ApiKey read(@PathVariable String key, @AuthenticationPrincipal Caller caller) {
        return keys.find(caller.userId(), id(key)).orElseThrow(() -> ProblemException.notFound("key", key));
    }

    @DeleteMapping("/{key}")
    ResponseEntity<Void> revoke(@PathVariable String key, @AuthenticationPrincipal Caller caller) {
        keys.revoke(caller, id(key));
        return ResponseEntity.noContent().build();
    }

    private static String name(NewKey wanted) {
        String name = wanted.name();
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw refused("/name", "A key needs a name of 1 to %d characters.".formatted(LONGEST_NAME));
        }
        return name;
    }

    private static Set<Scope> scopes(NewKey wanted) {
        List<String> texts = wanted.scopes();
        if (texts == null || texts.isEmpty()) {
            throw refused("/scopes", "A key needs at least one scope.");
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (int at = 0; at < texts.size(); at++) {
            String text = texts.get(at);
            int place = at;
            scopes.add(Scope.of(text)
                    .orElseThrow(() -> refused(
                            "/scopes/" + place,
                            "Scope '%s' is unknown. Known: %s.".formatted(text, String.join(", ", known())))));
        }
        return scopes;
    }

    private static List<String> known() {
        return Scope.all().stream().map(Scope::text).toList();
    }

    private static Duration life(NewKey wanted) {
        Long asked = wanted.expiresInMs();
        if (asked == null) {
            return ApiKeys.DEFAULT_LIFE;
        }
        if (asked < 1000 || asked > LONGEST_LIFE_MS) {
            throw refused("/expiresInMs", "expiresInMs must be between 1000 and %d.".formatted(LONGEST_LIFE_MS));
        }
        return Duration.ofMillis(asked);
    }

    private static String id(String key) {
        return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
    }

    private static ProblemException refused(String pointer, String detail) {
        return new ProblemException(ProblemType.OPTION_OUT_OF_RANGE, detail, List.of(ProblemFault.at(pointer, detail)));
    }
}
