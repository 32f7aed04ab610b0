package dev.kvasir.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives each request its id, and turns what filters throw into a problem document. */
@Component
@Order(FilterOrder.EDGE)
final class EdgeFilter extends OncePerRequestFilter {

    private final ProblemWriter problems;
    private final Faults faults;

    EdgeFilter(ProblemWriter problems, Faults faults) {
        this.problems = problems;
        this.faults = faults;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        String id = RequestId.of(request);
        response.setHeader(RequestId.HEADER, id);
        MDC.put("request", id);
        try {
            chain.doFilter(request, response);
        } catch (ServletException | RuntimeException | IOException fault) {
            if (response.isCommitted()) {
                throw new IOException("The answer broke off", fault);
            }
            problems.write(faults.problem(fault), request, response);
        } finally {
            MDC.remove("request");
        }
    }
}
