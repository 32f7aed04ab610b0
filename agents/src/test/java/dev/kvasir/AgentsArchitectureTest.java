package dev.kvasir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class AgentsArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("dev.kvasir.agent", "dev.kvasir.outbound");

    @Test
    void onlyTheLangChain4jRoomKnowsLangChain4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.agent.langchain4j..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.langchain4j..")
                .check(CLASSES);
    }

    @Test
    void agentsDoNotKnowTheRoomsThatAdaptThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.kvasir.agent")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.kvasir.agent.langchain4j..", "dev.kvasir.run..", "dev.kvasir.graph..")
                .check(CLASSES);
    }

    @Test
    void onlyTheWayOutSpeaksHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.outbound")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc..", "java.net.http..")
                .check(CLASSES);
    }
}
