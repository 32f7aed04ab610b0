package dev.kvasir.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {

    /** Lengths along (3, 4, 0)/5 and (-4, 3, 0)/5 around the middle (10, -7, 2), whose third feature never changes. */
    private static final double[][] PLACES = {
        {5, 0}, {-5, 0}, {0, 1}, {0, -1}, {3, 0.5}, {-3, -0.5}, {3, -0.5}, {-3, 0.5}
    };

    @Test
    void aKnownCloudIsLaidAlongItsOwnDirections() {
        PrincipalComponents found = PrincipalComponents.of(cloud(), PLACES.length, 3);

        for (int i = 0; i < PLACES.length; i++) {
            assertThat(found.points().get(i).x()).isCloseTo(PLACES[i][0], within(1e-12));
            // Of (-4, 3, 0)/5 the largest part is negative, so the direction is turned round.
            assertThat(found.points().get(i).y()).isCloseTo(-PLACES[i][1], within(1e-12));
        }
        double first = 2 * 25 + 4 * 9;
        double second = 2 + 4 * 0.25;
        assertThat(found.firstShare()).isCloseTo(first / (first + second), within(1e-12));
        assertThat(found.secondShare()).isCloseTo(second / (first + second), within(1e-12));
    }

    @Test
    void moreFeaturesThanPointsAreNoTrouble() {
        PrincipalComponents found = PrincipalComponents.of(new double[] {1, 0, 0, 0, -1, 0, 0, 0}, 2, 4);

        assertThat(found.points().getFirst().x()).isCloseTo(1, within(1e-12));
        assertThat(found.firstShare()).isCloseTo(1, within(1e-12));
        assertThat(found.secondShare()).isCloseTo(0, within(1e-12));
    }

    @Test
    void pointsThatAreAllOneAreInTheMiddle() {
        PrincipalComponents found = PrincipalComponents.of(new double[] {4, 4, 4, 4}, 2, 2);

        assertThat(found.points()).isEqualTo(List.of(place(), place()));
        assertThat(found.firstShare()).isZero();
    }

    private static PrincipalComponents.Place place() {
        return new PrincipalComponents.Place(0, 0);
    }

    @Test
    void onePointMakesNoMap() {
        assertThatThrownBy(() -> PrincipalComponents.of(new double[] {1, 2}, 1, 2))
                .isInstanceOf(StudyException.class)
                .hasMessage("A map needs at least 2 tokens of 2 features, not 1 of 2. Give more or longer prompts.");
    }

    private static double[] cloud() {
        double[] values = new double[3 * PLACES.length];
        for (int i = 0; i < PLACES.length; i++) {
            values[3 * i] = 10 + (3 * PLACES[i][0] - 4 * PLACES[i][1]) / 5;
            values[3 * i + 1] = -7 + (4 * PLACES[i][0] + 3 * PLACES[i][1]) / 5;
            values[3 * i + 2] = 2;
        }
        return values;
    }
}
