package dev.kvasir.access;

import org.springframework.core.Ordered;

/**
 * The order in which a request passes the filters. Spring Session's stands at {@code MIN_VALUE + 50}, Spring Security's
 * chain at -100.
 */
public final class FilterOrder {

    /** Request id, and the answer to whatever nobody else caught. */
    static final int EDGE = Ordered.HIGHEST_PRECEDENCE;

    /** Which hosts and sites may ask. */
    static final int HOST = Ordered.HIGHEST_PRECEDENCE + 1;

    /** Size, charset and syntax of bodies. */
    static final int BODY = 100;

    /** Room for filters that change an answer after it has been committed to the database. */
    public static final int AFTER_COMMIT = 200;

    /** The transaction that holds an Idempotency-Key and what the request did. */
    static final int IDEMPOTENCY = 300;

    private FilterOrder() {}
}
