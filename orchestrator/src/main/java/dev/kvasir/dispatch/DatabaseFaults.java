package dev.kvasir.dispatch;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells the database's passing faults from lasting ones. */
public final class DatabaseFaults {

    private DatabaseFaults() {}

    /**
     * Whether the same transaction may succeed when it is tried again: serialization and deadlock, a broken connection, no
     * resources left, a server that stops or starts.
     */
    public static boolean mayPass(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException
                    || cause instanceof QueryTimeoutException
                    || cause instanceof CannotCreateTransactionException) {
                return true;
            }
            if (cause instanceof SQLException sql && mayPass(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a statement gave up because another transaction held what it waited for. */
    public static boolean isLockTimeout(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "55P03".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayPass(@Nullable String state) {
        return state != null
                && (state.equals("40001")
                        || state.equals("40P01")
                        || state.equals("55P03")
                        || state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P0"));
    }
}
