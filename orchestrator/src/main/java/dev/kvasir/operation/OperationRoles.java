package dev.kvasir.operation;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/** A worker's operations, of each kind one at a time. */
final class OperationRoles implements SmartLifecycle {

    private final List<OperationRole> roles;
    private volatile boolean running;

    OperationRoles(List<OperationRole> roles) {
        this.roles = List.copyOf(roles);
    }

    @Override
    public void start() {
        running = true;
        roles.forEach(OperationRole::start);
    }

    /** All are told before one is waited for. */
    @Override
    public void stop() {
        running = false;
        roles.forEach(OperationRole::askToStop);
        roles.forEach(OperationRole::awaitStop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
