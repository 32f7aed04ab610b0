package dev.kvasir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RuntimeArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("dev.kvasir");

    @Test
    void theRuntimeKnowsNoSpring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..")
                .check(CLASSES);
    }

    @Test
    void onlyTheTorchRoomKnowsDjlAndOnlyTheTokenizerRoomItsTokenizers() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.torch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl", "ai.djl.ndarray..", "ai.djl.pytorch..", "ai.djl.engine..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.model.tokenizer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl.huggingface..")
                .check(CLASSES);
    }

    @Test
    void theModelRoomLooksAtNoOtherRoom() {
        noClasses()
                .that()
                .resideInAPackage("dev.kvasir.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.kvasir.torch..",
                        "dev.kvasir.decoder..",
                        "dev.kvasir.cache..",
                        "dev.kvasir.fuser..",
                        "dev.kvasir.training..",
                        "dev.kvasir.device..",
                        "dev.kvasir.hub..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theCacheRoomKnowsNothingOfFusers() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.kvasir.cache..", "dev.kvasir.decoder..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.kvasir.fuser..", "dev.kvasir.prepend..", "dev.kvasir.training..", "dev.kvasir.device..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.kvasir.decoder..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.kvasir.cache..")
                .check(CLASSES);
    }

    @Test
    void aGrammarKnowsVocabulariesAndNothingThatComputes() {
        knowNothingOf("dev.kvasir.grammar..", "dev.kvasir.torch..", "dev.kvasir.decoder..", "dev.kvasir.cache..");
        knowNothingOf("dev.kvasir.model..", "dev.kvasir.grammar..");
    }

    @Test
    void whatIsPutBeforeACacheNeedsNoFuser() {
        knowNothingOf("dev.kvasir.prepend..", "dev.kvasir.fuser..", "dev.kvasir.training..", "dev.kvasir.device..");
        knowNothingOf("dev.kvasir.fuser..", "dev.kvasir.prepend..");
    }

    @Test
    void whatCrossesTheWireNeedsNoFuser() {
        knowNothingOf(
                "dev.kvasir.wire..",
                "dev.kvasir.fuser..",
                "dev.kvasir.prepend..",
                "dev.kvasir.training..",
                "dev.kvasir.device..",
                "dev.kvasir.study..");
        knowNothingOf("dev.kvasir.cache..", "dev.kvasir.wire..");
        knowNothingOf("dev.kvasir.fuser..", "dev.kvasir.wire..");
    }

    @Test
    void nothingUsesTheBench() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.kvasir.bench..")
                .check(CLASSES);
    }

    @Test
    void theStudiesLookDownAndOnlyInquiriesUseThem() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.kvasir.study..", "dev.kvasir.inquiry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.kvasir.study..", "dev.kvasir.inquiry..")
                .check(CLASSES);
        knowNothingOf("dev.kvasir.study..", "dev.kvasir.inquiry..", "dev.kvasir.quiz..");
        knowNothingOf(
                "dev.kvasir.study..",
                "dev.kvasir.training..",
                "dev.kvasir.device..",
                "dev.kvasir.hub..",
                "dev.kvasir.bench..",
                "dev.kvasir.pocket..");
    }

    @Test
    void whatIsBelowTheDecoderDoesNotKnowIt() {
        knowNothingOf(
                "dev.kvasir.decoder.direct..",
                "dev.kvasir.decoder",
                "dev.kvasir.decoder.kernel..",
                "dev.kvasir.decoder.step..",
                "dev.kvasir.torch..");
        knowNothingOf("dev.kvasir.decoder.kernel..", "dev.kvasir.decoder", "dev.kvasir.decoder.step..");
        knowNothingOf("dev.kvasir.decoder.step..", "dev.kvasir.decoder", "dev.kvasir.torch..");
    }

    @Test
    void onlyTheRoomsThatCanDoWithoutItTouchTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.kvasir.decoder.direct..", "dev.kvasir.decoder.step..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(CLASSES);
    }

    private static void knowNothingOf(String room, String... others) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CLASSES);
    }

    @Test
    void onlyTheHubRoomConnectsToAnythingAndItUsesTheModelRoomAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.kvasir.hub..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.kvasir.hub..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.kvasir.torch..",
                        "dev.kvasir.decoder..",
                        "dev.kvasir.fuser..",
                        "dev.kvasir.training..",
                        "dev.kvasir.device..")
                .check(CLASSES);
    }

    @Test
    void theDeviceRoomLooksAtNoRoomButTorch() {
        noClasses()
                .that()
                .resideInAPackage("dev.kvasir.device..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.kvasir.model..",
                        "dev.kvasir.decoder..",
                        "dev.kvasir.cache..",
                        "dev.kvasir.fuser..",
                        "dev.kvasir.training..",
                        "dev.kvasir.hub..")
                .check(CLASSES);
    }

    @Test
    void roomsFormNoCycle() {
        slices().matching("dev.kvasir.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
