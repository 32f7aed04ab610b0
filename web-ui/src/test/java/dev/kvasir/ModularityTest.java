package dev.kvasir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.kvasir");

    @Test
    void everyRoomUsesOnlyWhatItsDoorAllows() {
        ApplicationModules.of(KvasirApplication.class).verify();
    }

    @Test
    void timeIsAskedOfAClockThatWasPassedIn() {
        noClasses().should().callMethod(Instant.class, "now").check(CLASSES);
        noClasses().should().callMethod(Clock.class, "systemDefaultZone").check(CLASSES);
    }

    @Test
    void nothingReadsSerialisedObjectsOrRunsScripts() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.script..", "org.springframework.expression..")
                .check(CLASSES);
    }

    /** A worker, a process that measures, and one that tries kernels, which may crash: Kvasir itself each time. */
    @Test
    void onlyThreeClassesStartProcesses() {
        noClasses()
                .that()
                .doNotHaveSimpleName("WorkerSupervisor")
                .and()
                .doNotHaveSimpleName("BenchCommand")
                .and()
                .doNotHaveSimpleName("KernelVerdicts")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }
}
