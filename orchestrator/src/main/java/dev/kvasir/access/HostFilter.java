package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests under names that are not ours (DNS rebinding), changes that another site asks for, and tools to pages of
 * other sites. Forwarded headers are not believed.
 */
@Component
@Order(FilterOrder.HOST)
final class HostFilter extends OncePerRequestFilter {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1", "0:0:0:0:0:0:0:1");

    private final Set<String> hosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final ProblemWriter problems;

    HostFilter(HttpProperties properties, ProblemWriter problems) {
        this.problems = problems;
        hosts.addAll(LOOPBACK);
        hosts.addAll(properties.hosts());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ProblemException refusal = refusal(request);
        if (refusal == null) {
            chain.doFilter(request, response);
        } else {
            problems.write(refusal, request, response);
        }
    }

    private @Nullable ProblemException refusal(HttpServletRequest request) {
        if (!hosts.contains(request.getServerName())) {
            return new ProblemException(
                    ProblemType.MALFORMED_REQUEST,
                    "This server is not called '%s'. Use 127.0.0.1, or add the name to kvasir.http.hosts."
                            .formatted(printable(request.getServerName())));
        }
        if (isChangeFromAnotherSite(request)) {
            return new ProblemException(
                    ProblemType.CSRF,
                    "Another site asked for this change. Use our pages, or an API key from a program.");
        }
        if (isToolForAnotherSite(request)) {
            return new ProblemException(
                    ProblemType.FORBIDDEN,
                    "Pages of '%s' may not call tools here. Use a program, or add the host to kvasir.http.hosts."
                            .formatted(printable(request.getHeader(HttpHeaders.ORIGIN))));
        }
        return null;
    }

    /** MCP's specification asks for this wherever an Origin is sent, reading included. */
    private boolean isToolForAnotherSite(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || ProblemShape.of(request.getRequestURI()) != ProblemShape.JSON_RPC) {
            return false;
        }
        try {
            String host = new URI(origin).getHost();
            return host == null || !hosts.contains(host);
        } catch (URISyntaxException notAnAddress) {
            return true;
        }
    }

    private static boolean isChangeFromAnotherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null
                && !SAFE.contains(request.getMethod())
                && !Set.of("same-origin", "none").contains(site.toLowerCase(Locale.ROOT));
    }

    private static String printable(String name) {
        String shown = name.replaceAll("[^A-Za-z0-9.:\\[\\]_-]", "?");
        return shown.length() > 100 ? shown.substring(0, 100) : shown;
    }
}
