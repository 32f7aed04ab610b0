package dev.kvasir.inquiry;

import dev.kvasir.quiz.Accuracy;
import dev.kvasir.study.CurvePoint;

/**
 * A point of the curve with its 95 % interval (Wilson).
 *
 * @param accuracy 0 to 1, like its interval's ends
 */
public record CurveRow(CurvePoint point, double accuracy, double low, double high) {

    /** With its interval. */
    public static CurveRow of(CurvePoint point) {
        Accuracy accuracy = new Accuracy(point.right(), point.of());
        return new CurveRow(point, accuracy.share(), accuracy.low(), accuracy.high());
    }
}
