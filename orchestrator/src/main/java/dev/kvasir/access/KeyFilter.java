package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who asks by the bearer key alone; a session opens nothing here. Part of a security chain. */
final class KeyFilter extends OncePerRequestFilter {

    private final ApiKeys keys;

    KeyFilter(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.startsWith(CallerFilter.BEARER)) {
            keys.caller(authorization.substring(CallerFilter.BEARER.length())).ifPresent(CallerFilter::signIn);
        }
        chain.doFilter(request, response);
    }
}
