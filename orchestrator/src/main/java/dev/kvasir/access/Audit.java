package dev.kvasir.access;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who did what, whence, and with which result. Rows are only ever added; they hold no prompt and no secret. */
@Component
public class Audit {

    private static final int LONGEST_SUBJECT = 300;

    private final JdbcClient database;

    Audit(JdbcClient database) {
        this.database = database;
    }

    /** How an action ended. */
    public enum Outcome {
        DONE,
        REFUSED,
        FAILED
    }

    /** One row. */
    public record Entry(
            long id,
            Instant at,
            String actor,
            String origin,
            String action,
            String subject,
            Outcome outcome,
            @Nullable String requestId) {}

    /**
     * Records an action of the current request's caller, in the transaction of what it did.
     *
     * @param action such as {@code run.start}
     * @param subject the id of what it was done to
     */
    public void record(String action, String subject, Outcome outcome) {
        record(actor(), action, subject, outcome);
    }

    /** Records what was done by someone who is not the request's caller, such as a trigger. */
    public void record(String actor, String action, String subject, Outcome outcome) {
        HttpServletRequest request = request();
        database.sql("""
                        insert into audit (actor, origin, action, subject, outcome, request_id)
                        values (:actor, :origin, :action, :subject, :outcome, :request)""")
                .param("actor", shortened(actor, 200))
                .param("origin", request == null ? "local" : shortened(request.getRemoteAddr(), 200))
                .param("action", action)
                .param("subject", shortened(subject, LONGEST_SUBJECT))
                .param("outcome", outcome.name())
                .param("request", request == null ? null : RequestId.known(request))
                .update();
    }

    /** The newest rows before the given one. */
    List<Entry> before(long id, int limit) {
        return database.sql("""
                        select id, at, actor, origin, action, subject, outcome, request_id from audit
                        where id < :id order by id desc limit :limit""")
                .param("id", id)
                .param("limit", limit)
                .query((row, number) -> new Entry(
                        row.getLong("id"),
                        row.getTimestamp("at").toInstant(),
                        row.getString("actor"),
                        row.getString("origin"),
                        row.getString("action"),
                        row.getString("subject"),
                        Outcome.valueOf(row.getString("outcome")),
                        row.getString("request_id")))
                .list();
    }

    private static String actor() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller
                ? caller.name()
                : "nobody";
    }

    private static @Nullable HttpServletRequest request() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest()
                : null;
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
