package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who asks: by the bearer key, else by the session. Both are looked up for each request, so that what is revoked
 * is gone at once. Part of the security chains, not a filter of its own.
 */
final class CallerFilter extends OncePerRequestFilter {

    static final String SESSION_USER = "kvasir.user";
    private static final Duration LONGEST_SESSION = Duration.ofDays(7);
    static final String BEARER = "Bearer ";

    private final ApiKeys keys;
    private final Users users;

    CallerFilter(ApiKeys keys, Users users) {
        this.keys = keys;
        this.users = users;
    }

    static boolean hasKey(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        caller(request).ifPresent(CallerFilter::signIn);
        chain.doFilter(request, response);
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return authorization.startsWith(BEARER)
                    ? keys.caller(authorization.substring(BEARER.length()))
                    : Optional.empty();
        }
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(SESSION_USER) instanceof String user)) {
            return Optional.empty();
        }
        if (session.getLastAccessedTime() - session.getCreationTime() > LONGEST_SESSION.toMillis()) {
            session.invalidate();
            return Optional.empty();
        }
        return users.find(UUID.fromString(user));
    }

    static void signIn(Caller caller) {
        List<SimpleGrantedAuthority> authorities = caller.scopes().stream()
                .map(scope -> new SimpleGrantedAuthority(scope.text()))
                .toList();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(caller, null, authorities));
        SecurityContextHolder.setContext(context);
    }
}
