package dev.kvasir.cache;

/** A stored cache is refused: it is damaged, or of another model, profile, tenant or version than where it should go on. */
public final class CacheRefusedException extends RuntimeException {

    private CacheRefusedException(String message) {
        super(message);
    }

    /** A file says one thing and the place it should be restored to another. */
    static CacheRefusedException mismatch(String file, CacheField field, String found, String expected) {
        return new CacheRefusedException("The cache %s cannot be used: its %s is '%s', but here it must be '%s'; %s."
                .formatted(file, field.key(), shown(found), shown(expected), field.remedy()));
    }

    /** A cache without its tokens says one thing and the model that should go on with it another. */
    static CacheRefusedException other(String file, String key, String found, String expected) {
        return new CacheRefusedException(
                "The cache %s cannot be used: its %s is '%s', but here it must be '%s'; hand on to a model of one architecture."
                        .formatted(file, key, shown(found), shown(expected)));
    }

    /** What a file holds is not as it must be, whatever it should be restored to. */
    static CacheRefusedException malformed(String file, String place, String rule) {
        return new CacheRefusedException(
                "The cache %s cannot be used: its %s %s; save the cache again.".formatted(file, shown(place), rule));
    }

    /** A whole cache, behind which no generator goes on. */
    static CacheRefusedException notFromTheStart(int firstPosition) {
        return new CacheRefusedException(
                ("The cache cannot be gone on with: its first position is %d, or one is left out, but a"
                                + " generator goes on behind the positions 0, 1, 2, ...; save a cache that begins at 0.")
                        .formatted(firstPosition));
    }

    /** Control characters replaced, and cut where it is long: a hostile file's text is shown, never obeyed. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 100 ? line : line.substring(0, 100) + "...";
    }
}
