package dev.kvasir.study;

import dev.kvasir.study.CacheMap.Origin;
import dev.kvasir.study.CacheMap.Point;
import java.util.Locale;

/** A {@link CacheMap} as SVG and as CSV. */
public final class MapPicture {

    private static final double WIDTH = 640;
    private static final double HEIGHT = 480;
    private static final double MARGIN = 30;
    private static final double LEGEND_STEP = 110;

    private MapPicture() {}

    /** A point for each token, coloured by its origin, both directions to one scale. */
    public static String svg(CacheMap map) {
        double left = map.points().stream().mapToDouble(Point::x).min().orElse(0);
        double bottom = map.points().stream().mapToDouble(Point::y).min().orElse(0);
        double wide = map.points().stream().mapToDouble(Point::x).max().orElse(0) - left;
        double high = map.points().stream().mapToDouble(Point::y).max().orElse(0) - bottom;
        double scale =
                Math.min((WIDTH - 2 * MARGIN) / Math.max(wide, 1e-12), (HEIGHT - 2 * MARGIN) / Math.max(high, 1e-12));
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 520" font-family="sans-serif">
                <rect width="640" height="520" fill="#fff"/>
                """);
        double legend = MARGIN;
        for (Origin origin : Origin.values()) {
            svg.append("<g fill=\"%s\" fill-opacity=\"0.6\">\n".formatted(colour(origin)));
            for (Point point : map.points()) {
                if (point.origin() == origin) {
                    svg.append(String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                            MARGIN + (point.x() - left) * scale,
                            HEIGHT - MARGIN - (point.y() - bottom) * scale));
                }
            }
            svg.append("</g>\n");
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.0f\" cy=\"490\" r=\"5\" fill=\"%s\"/><text x=\"%.0f\" y=\"494\" font-size=\"13\">%s</text>\n",
                    legend,
                    colour(origin),
                    legend + 10,
                    name(origin)));
            legend += LEGEND_STEP;
        }
        return svg.append(caption(map)).append("</svg>\n").toString();
    }

    private static String caption(CacheMap map) {
        return String.format(
                Locale.ROOT,
                "<text x=\"30\" y=\"512\" font-size=\"11\">%s of layer %d; the plane holds %.0f %% and %.0f %% of the variance</text>\n",
                map.part().name().toLowerCase(Locale.ROOT),
                map.layer(),
                100 * map.firstShare(),
                100 * map.secondShare());
    }

    /** {@code origin,token,x,y}, with a heading. */
    public static String csv(CacheMap map) {
        StringBuilder csv = new StringBuilder("origin,token,x,y\n");
        for (Point point : map.points()) {
            csv.append(String.format(
                    Locale.ROOT, "%s,%d,%.6g,%.6g\n", name(point.origin()), point.token(), point.x(), point.y()));
        }
        return csv.toString();
    }

    private static String colour(Origin origin) {
        return switch (origin) {
            case SHARER -> "#d55e00";
            case RECEIVER -> "#0072b2";
            case PROJECTED -> "#cc79a7";
            case FUSED -> "#009e73";
        };
    }

    private static String name(Origin origin) {
        return origin.name().toLowerCase(Locale.ROOT);
    }
}
