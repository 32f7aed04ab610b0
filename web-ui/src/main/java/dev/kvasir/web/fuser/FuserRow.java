package dev.kvasir.web.fuser;

import dev.kvasir.pool.FuserRecord;
import dev.kvasir.web.Shown;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A registered fuser in one line.
 *
 * @param ends what it joins, such as {@code 4 layers, 3 × 16 → 4 layers, 2 × 32}
 * @param gates such as {@code 7 of 8}
 * @param heldOut the lowest held-out loss that is known; a dash where none is
 * @param trouble why it cannot be used; null if it can
 */
public record FuserRow(
        String name,
        String sharer,
        String receiver,
        String ends,
        String size,
        String gates,
        String heldOut,
        String registered,
        @Nullable String trouble) {

    /**
     * The line of a fuser.
     *
     * @param heldOutLoss the lowest; null if it is not known
     */
    public static FuserRow of(FuserRecord fuser, @Nullable Double heldOutLoss) {
        return new FuserRow(
                fuser.name(),
                fuser.sharer().model(),
                fuser.receiver().model(),
                end(fuser.sharer()) + " → " + end(fuser.receiver()),
                Shown.bytes(fuser.sizeInBytes()),
                fuser.gates() == 0 ? "–" : fuser.gatesOpen() + " of " + fuser.gates(),
                loss(heldOutLoss),
                fuser.registeredAt() == null ? "" : Times.at(fuser.registeredAt()),
                trouble(fuser));
    }

    static String loss(@Nullable Double loss) {
        return loss == null ? "–" : String.format(Locale.ROOT, "%.4f", loss);
    }

    private static String end(FuserRecord.End end) {
        String layers = end.layers() == 0 ? "" : end.layers() + " layers, ";
        return layers + end.kvHeads() + " × " + end.headDim();
    }

    private static @Nullable String trouble(FuserRecord fuser) {
        if (fuser.problem() != null) {
            return fuser.problem();
        }
        return fuser.available() ? null : "Its files have gone.";
    }
}
