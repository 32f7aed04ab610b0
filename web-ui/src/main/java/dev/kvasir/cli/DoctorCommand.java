package dev.kvasir.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what works here and how to mend what does not. */
@Command(
        name = "doctor",
        description = "Checks JDK, native libraries, database, models, fusers, disk and processor.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Runnable {

    @Mixin
    private Output output = new Output();

    @Override
    public void run() {
        List<Finding> findings = new Examination(KvasirHome.locate()).findings();
        for (Finding finding : findings) {
            if (output.isJson()) {
                output.json(finding);
            } else {
                output.line(finding.line());
            }
        }
        long failed = findings.stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.FAIL)
                .count();
        if (failed > 0) {
            throw new CommandFailedException(ExitCode.NO, "%d of %d checks failed.".formatted(failed, findings.size()));
        }
    }
}
