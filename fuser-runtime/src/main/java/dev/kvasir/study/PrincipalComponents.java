package dev.kvasir.study;

import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * The two directions in which points differ the most, and where the points lie along them.
 *
 * @param points in the order given
 * @param firstShare of the whole variance that the first direction holds, 0 to 1
 * @param secondShare that the second holds
 */
record PrincipalComponents(List<Place> points, double firstShare, double secondShare) {

    private static final TorchProgram PROGRAM = TorchProgram.compile("""
            def components(self, x: Tensor) -> List[Tensor]:
              centred = x - torch.mean(x, [0], True)
              values, axes, = torch.linalg_eigh(torch.matmul(torch.t(centred), centred))
              two = torch.flip(torch.slice(axes, 1, -2), [1])
              return [torch.matmul(centred, two), two, values]
            """);

    /** Along the first and the second direction, from the points' middle. */
    record Place(double x, double y) {}

    /**
     * Of a cloud of points. Of the two ways in which a direction can point, the one is taken in which its largest part is positive.
     *
     * @param values row-major, a point each row
     * @param columns at least 2
     */
    static PrincipalComponents of(double[] values, int rows, int columns) {
        if (rows < 2 || columns < 2) {
            throw new StudyException(
                    "A map needs at least 2 tokens of 2 features, not %d of %d. Give more or longer prompts."
                            .formatted(rows, columns));
        }
        try (TensorScope scope = TensorScope.root()) {
            List<Tensor> results = PROGRAM.run(scope, "components", scope.doubles(values, rows, columns));
            double[] places = results.get(0).toDoubles();
            double[] axes = results.get(1).toDoubles();
            double[] variances = results.get(2).toDoubles();
            double xSign = sign(axes, 0);
            double ySign = sign(axes, 1);
            List<Place> points = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                points.add(new Place(xSign * places[2 * i], ySign * places[2 * i + 1]));
            }
            double whole = 0;
            for (double variance : variances) {
                whole += Math.max(0, variance);
            }
            double total = whole == 0 ? 1 : whole;
            return new PrincipalComponents(
                    points, variances[columns - 1] / total, Math.max(0, variances[columns - 2]) / total);
        }
    }

    private static double sign(double[] axes, int axis) {
        double largest = 0;
        for (int i = axis; i < axes.length; i += 2) {
            largest = Math.abs(axes[i]) > Math.abs(largest) ? axes[i] : largest;
        }
        return largest < 0 ? -1 : 1;
    }
}
