package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cache.CacheCodec;
import dev.kvasir.wire.Recovery;
import dev.kvasir.wire.Recovery.Attack;
import dev.kvasir.wire.Recovery.Layer;
import dev.kvasir.wire.WirePolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pocket pair's sharer gives away, and what it costs to give away less. */
class InversionStudyIT {

    @TempDir
    private static Path home;

    private static PocketStudy pocket;

    @BeforeAll
    static void load() {
        pocket = new PocketStudy(home);
    }

    @AfterAll
    static void close() {
        pocket.close();
    }

    @Test
    void theFirstLayerGivesAwayTheWholeText() {
        Recovery recovery = recovered(WirePolicy.OPEN, Attack.ALONE);

        assertThat(recovery.layers().getFirst()).isEqualTo(new Layer(0, recovery.tokens()));
        assertThat(recovery.tokens()).isGreaterThan(30);
        assertThat(recovery.layers().getLast().recovered()).isLessThan(recovery.tokens());
    }

    @Test
    void inContextTheLastLayerGivesItAwayToo() {
        Recovery recovery = recovered(new WirePolicy(CacheCodec.NONE, List.of(1), 0), Attack.IN_CONTEXT);

        assertThat(recovery.layers()).containsExactly(new Layer(1, recovery.tokens()));
    }

    @Test
    void onlyTheTextIsCountedNotTheTemplateAroundIt() {
        String turn = PocketStudy.turns(1).getFirst();
        int own = pocket.sharer.tokenizer().encodePlain(turn).ids().size();

        assertThat(new InversionStudy(WirePolicy.OPEN, 1)
                        .recovered(pocket.sharer, List.of(turn), 64, Attack.ALONE)
                        .tokens())
                .isEqualTo(own);
    }

    @Test
    void anOpenPolicyCostsNothing() {
        PolicyCost cost = cost(WirePolicy.OPEN);

        assertThat(cost.policy()).isEqualTo(cost.exact());
        assertThat(cost.lost() + cost.gained()).isZero();
    }

    @Test
    void aPolicyThatLetsNothingOutLeavesTheReceiverAlone() {
        PolicyCost cost = cost(new WirePolicy(CacheCodec.NONE, List.of(), 0));

        assertThat(cost.policy()).isLessThan(cost.exact() / 2);
        assertThat(cost.lost() - cost.gained()).isEqualTo(cost.exact() - cost.policy());
    }

    @Test
    void aLayerThatTheSharerDoesNotHaveIsRefused() {
        InversionStudy study = new InversionStudy(new WirePolicy(CacheCodec.NONE, List.of(0, 9), 0), 1);

        assertThatThrownBy(() -> study.recovered(pocket.sharer, PocketStudy.turns(1), 64, Attack.ALONE))
                .isInstanceOf(StudyException.class)
                .hasMessageMatching("The sharer pocket-sharer has layers 0 to \\d; there is no layer 9 to let out\\.");
    }

    private static Recovery recovered(WirePolicy policy, Attack attack) {
        return new InversionStudy(policy, 1).recovered(pocket.sharer, PocketStudy.turns(6), 128, attack);
    }

    private static PolicyCost cost(WirePolicy policy) {
        return new InversionStudy(policy, 1).cost(pocket.pair, PocketStudy.questions(20), _ -> {});
    }
}
