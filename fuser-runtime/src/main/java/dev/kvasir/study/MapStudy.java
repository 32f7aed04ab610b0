package dev.kvasir.study;

import dev.kvasir.fuser.FusionSettings;
import dev.kvasir.fuser.FusionWatch;
import dev.kvasir.fuser.FusionWatch.Part;
import dev.kvasir.study.CacheMap.Cloud;
import dev.kvasir.study.CacheMap.Origin;
import dev.kvasir.study.CacheMap.Point;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Draws the caches of a pair on one plane. */
public final class MapStudy {

    private final StudyPair pair;
    private final int layer;
    private final Part part;
    private final int most;

    /**
     * @param layer of the receiver
     * @param most tokens of each origin
     * @throws StudyException if the fuser does not map that layer
     */
    public MapStudy(StudyPair pair, int layer, Part part, int most) {
        this.pair = pair;
        this.layer = layer;
        this.part = part;
        this.most = most;
        if (!pair.mappedLayers().contains(layer)) {
            throw new StudyException(
                    "The fuser maps the receiver's layers %s, not %d.".formatted(pair.mappedLayers(), layer));
        }
    }

    /**
     * Of the fused positions of some turns, until there are enough.
     *
     * @param progress is told how many turns are done
     */
    public CacheMap run(List<String> turns, FusionSettings settings, IntConsumer progress) {
        Map<Origin, TokenRows> rows = new EnumMap<>(Origin.class);
        for (Origin origin : Origin.values()) {
            rows.put(origin, new TokenRows(most));
        }
        TokenRows receiver = rows.getOrDefault(Origin.RECEIVER, new TokenRows(most));
        for (int i = 0; i < turns.size() && receiver.count() < most; i++) {
            pair.watch(turns.get(i), settings, call -> add(call, rows));
            progress.accept(i + 1);
        }
        return map(rows);
    }

    private void add(FusionWatch.Call call, Map<Origin, TokenRows> rows) {
        if (call.layer() != layer || call.part() != part) {
            return;
        }
        rows.forEach((origin, kept) -> kept.add(
                switch (origin) {
                    case SHARER -> call.shared();
                    case RECEIVER -> call.receiver();
                    case PROJECTED -> call.projected();
                    case FUSED -> call.fused();
                }));
    }

    private CacheMap map(Map<Origin, TokenRows> rows) {
        int width = rows.values().stream().mapToInt(TokenRows::width).max().orElse(0);
        int count = rows.values().stream().mapToInt(TokenRows::count).sum();
        double[] all = new double[count * width];
        int at = 0;
        for (TokenRows origin : rows.values()) {
            for (int row = 0; row < origin.count(); row++, at++) {
                for (int column = 0; column < origin.width(); column++) {
                    all[at * width + column] = origin.at(row, column);
                }
            }
        }
        PrincipalComponents plane = PrincipalComponents.of(all, count, width);
        return new CacheMap(
                layer, part, plane.firstShare(), plane.secondShare(), clouds(rows), points(rows, plane.points()));
    }

    private static List<Point> points(Map<Origin, TokenRows> rows, List<PrincipalComponents.Place> places) {
        List<Point> points = new ArrayList<>();
        rows.forEach((origin, kept) -> {
            for (int token = 0; token < kept.count(); token++) {
                PrincipalComponents.Place place = places.get(points.size());
                points.add(new Point(origin, token, place.x(), place.y()));
            }
        });
        return points;
    }

    private static List<Cloud> clouds(Map<Origin, TokenRows> rows) {
        TokenRows receiver = rows.getOrDefault(Origin.RECEIVER, new TokenRows(0));
        List<Cloud> clouds = new ArrayList<>();
        rows.forEach((origin, kept) -> clouds.add(cloud(origin, kept, receiver)));
        return clouds;
    }

    private static Cloud cloud(Origin origin, TokenRows rows, TokenRows receiver) {
        double length = 0;
        double spread = 0;
        double[] middle = middle(rows);
        for (int row = 0; row < rows.count(); row++) {
            double squares = 0;
            for (int column = 0; column < rows.width(); column++) {
                squares += rows.at(row, column) * rows.at(row, column);
                double offset = rows.at(row, column) - middle[column];
                spread += offset * offset;
            }
            length += Math.sqrt(squares);
        }
        return new Cloud(
                origin,
                rows.count(),
                rows.width(),
                length / rows.count(),
                Math.sqrt(spread / rows.count()),
                distance(middle, middle(receiver)),
                likeness(rows, receiver));
    }

    private static double[] middle(TokenRows rows) {
        double[] middle = new double[rows.width()];
        for (int row = 0; row < rows.count(); row++) {
            for (int column = 0; column < rows.width(); column++) {
                middle[column] += rows.at(row, column) / rows.count();
            }
        }
        return middle;
    }

    private static double distance(double[] one, double[] other) {
        double squares = 0;
        for (int i = 0; i < Math.max(one.length, other.length); i++) {
            double offset = (i < one.length ? one[i] : 0) - (i < other.length ? other[i] : 0);
            squares += offset * offset;
        }
        return Math.sqrt(squares);
    }

    private static @Nullable Double likeness(TokenRows rows, TokenRows receiver) {
        if (rows.width() != receiver.width()) {
            return null;
        }
        double cosines = 0;
        for (int row = 0; row < rows.count(); row++) {
            double product = 0;
            double squares = 0;
            double receiverSquares = 0;
            for (int column = 0; column < rows.width(); column++) {
                product += rows.at(row, column) * receiver.at(row, column);
                squares += rows.at(row, column) * rows.at(row, column);
                receiverSquares += receiver.at(row, column) * receiver.at(row, column);
            }
            cosines += squares * receiverSquares == 0 ? 0 : product / Math.sqrt(squares * receiverSquares);
        }
        return cosines / rows.count();
    }
}
