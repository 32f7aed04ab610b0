package dev.kvasir.access;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells which problem a throwable is. What nobody foresaw is logged once, here, and answered without its words. */
@Component
final class Faults {

    private static final Logger log = LoggerFactory.getLogger(Faults.class);
    private static final int DEEPEST_CAUSE = 20;
    private static final List<String> UNREACHABLE = List.of("08", "57P0", "53300", "57014");
    private static final List<String> FULL = List.of("53100", "53200", "58030");

    private final List<ProblemTranslator> translators;

    Faults(List<ProblemTranslator> translators) {
        this.translators = List.copyOf(translators);
    }

    /** The problem to answer with; unknown faults become {@link ProblemType#INTERNAL}. */
    ProblemException problem(Throwable fault) {
        Optional<ProblemException> known = find(fault, ProblemException.class);
        if (known.isPresent()) {
            return known.get();
        }
        for (ProblemTranslator translator : translators) {
            Optional<ProblemException> told = translator.translate(fault);
            if (told.isPresent()) {
                return told.get();
            }
        }
        if (isStorageFull(fault)) {
            log.error("The database's disk is full", fault);
            return new ProblemException(
                    ProblemType.STORAGE_FULL,
                    "The database's disk is full, so nothing can be written. Free space and try again.");
        }
        if (isUnreachable(fault)) {
            log.warn("The database cannot be reached: {}", rootMessage(fault));
            return new ProblemException(
                            ProblemType.DATABASE_UNAVAILABLE,
                            "The database cannot be reached. Nothing was lost; try again in a moment.")
                    .withHeader("Retry-After", "2");
        }
        log.error("A request failed in a way nobody foresaw", fault);
        return new ProblemException(
                ProblemType.INTERNAL,
                "The server failed in a way nobody foresaw. The log has the cause under the request id.");
    }

    private static boolean isStorageFull(Throwable fault) {
        return sqlState(fault).map(Faults::isFull).orElse(false);
    }

    private static boolean isFull(String state) {
        return FULL.contains(state);
    }

    private static boolean isUnreachable(Throwable fault) {
        Optional<String> state = sqlState(fault);
        if (state.isPresent() && UNREACHABLE.stream().anyMatch(state.get()::startsWith)) {
            return true;
        }
        return find(fault, CannotCreateTransactionException.class).isPresent()
                || find(fault, DataAccessResourceFailureException.class).isPresent()
                || find(fault, TransientDataAccessException.class).isPresent()
                || find(fault, SQLTransientConnectionException.class).isPresent()
                || (find(fault, TransactionSystemException.class).isPresent()
                        && state.isEmpty()
                        && find(fault, DataAccessException.class).isEmpty());
    }

    private static Optional<String> sqlState(Throwable fault) {
        return find(fault, SQLException.class).map(SQLException::getSQLState);
    }

    private static String rootMessage(Throwable fault) {
        return find(fault, SQLException.class).map(Throwable::toString).orElseGet(fault::toString);
    }

    private static <T extends Throwable> Optional<T> find(Throwable fault, Class<T> kind) {
        Throwable at = fault;
        for (int depth = 0; at != null && depth < DEEPEST_CAUSE; depth++) {
            if (kind.isInstance(at)) {
                return Optional.of(kind.cast(at));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }
}
