package dev.kvasir.web.fuser;

import dev.kvasir.operation.training.TrainingPoint;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Lines through steps' numbers, as SVG paths. */
final class Lines {

    private Lines() {}

    /** A path through all points, or through the means of neighbours where there are more than {@code most}. */
    static String path(List<TrainingPoint> points, Scale x, Scale y, ToDoubleFunction<TrainingPoint> value, int most) {
        StringBuilder path = new StringBuilder();
        int group = Math.max(1, Math.ceilDiv(points.size(), most));
        for (int start = 0; start < points.size(); start += group) {
            List<TrainingPoint> neighbours = points.subList(start, Math.min(points.size(), start + group));
            double step =
                    neighbours.stream().mapToInt(TrainingPoint::step).average().orElse(0);
            double mean = neighbours.stream()
                    .mapToDouble(value)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
            if (Double.isFinite(mean)) {
                path.append(path.isEmpty() ? 'M' : 'L')
                        .append(x.at(step))
                        .append(' ')
                        .append(y.at(mean));
            }
        }
        return path.toString();
    }
}
