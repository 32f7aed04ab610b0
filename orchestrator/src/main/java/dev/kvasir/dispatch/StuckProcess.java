package dev.kvasir.dispatch;

/** What happens to a process whose work cannot be stopped. */
@FunctionalInterface
public interface StuckProcess {

    /** Gives the process up; its supervisor starts another. */
    void giveUp(Work work);
}
