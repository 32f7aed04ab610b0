package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests under names that are not ours (DNS rebinding) and changes that another site asks for. Forwarded
 * headers are not believed.
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
        if (!hosts.contains(request.getServerName())) {
            problems.write(
                    new ProblemException(
                            ProblemType.MALFORMED_REQUEST,
                            "This server is not called '%s'. Use 127.0.0.1, or add the name to kvasir.http.hosts."
                                    .formatted(printable(request.getServerName()))),
                    request,
                    response);
            return;
        }
        if (isChangeFromAnotherSite(request)) {
            problems.write(
                    new ProblemException(
                            ProblemType.CSRF,
                            "Another site asked for this change. Use our pages, or an API key from a program."),
                    request,
                    response);
            return;
        }
        chain.doFilter(request, response);
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
