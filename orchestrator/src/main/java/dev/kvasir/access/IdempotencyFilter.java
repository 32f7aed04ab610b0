package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/**
 * Lets a POST with an {@code Idempotency-Key} happen once. What the request does and the key are one transaction, so that
 * after a crash there are both or neither; an equal request meanwhile waits for it on the key's row.
 */
@Component
@Order(FilterOrder.IDEMPOTENCY)
final class IdempotencyFilter extends OncePerRequestFilter {

    private static final String HEADER = "Idempotency-Key";
    /** Runs keep their key themselves, in the transaction that writes the run's row. */
    private static final Pattern RUN_STARTS = Pattern.compile("/api/v1/graphs/[^/]+/runs");

    private final IdempotencyKeys keys;
    private final ProblemWriter problems;

    IdempotencyFilter(IdempotencyKeys keys, ProblemWriter problems) {
        this.keys = keys;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !"POST".equals(request.getMethod())
                || !request.getRequestURI().startsWith("/api/")
                || RUN_STARTS.matcher(request.getRequestURI()).matches()
                || request.getHeader(HEADER) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        BufferedRequest buffered = WebUtils.getNativeRequest(request, BufferedRequest.class);
        if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller) || buffered == null) {
            chain.doFilter(request, response);
            return;
        }
        String text;
        try {
            text = IdempotencyKeys.checked(request.getHeader(HEADER));
        } catch (ProblemException problem) {
            problems.write(problem, request, response);
            return;
        }
        IdempotencyKeys.Use use = new IdempotencyKeys.Use(
                caller.userId(), "POST", request.getRequestURI(), text, Secrets.sha256(buffered.body()));
        ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
        try {
            Optional<StoredAnswer> first = keys.once(use, () -> answer(chain, request, answer));
            if (first.isPresent()) {
                first.get().replay(answer);
            }
        } catch (ProblemException problem) {
            answer.resetBuffer();
            problems.write(problem, request, answer);
        } catch (Broken broken) {
            broken.rethrow();
        }
        answer.copyBodyToResponse();
    }

    private static StoredAnswer answer(
            FilterChain chain, HttpServletRequest request, ContentCachingResponseWrapper answer) {
        try {
            chain.doFilter(request, answer);
            return StoredAnswer.of(answer);
        } catch (IOException | ServletException broken) {
            throw new Broken(broken);
        }
    }

    /** Carries what a filter chain may throw out of the transaction, which rolls back. */
    private static final class Broken extends RuntimeException {

        Broken(Exception cause) {
            super(cause);
        }

        void rethrow() throws IOException, ServletException {
            switch (getCause()) {
                case IOException io -> throw io;
                case ServletException servlet -> throw servlet;
                case null, default -> throw this;
            }
        }
    }
}
