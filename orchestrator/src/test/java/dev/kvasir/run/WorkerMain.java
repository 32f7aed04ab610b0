package dev.kvasir.run;

/** A worker as a process of its own, from the test's class path. */
final class WorkerMain {

    private WorkerMain() {}

    public static void main(String[] arguments) {
        var _ = WorkerApplication.start(arguments);
    }
}
