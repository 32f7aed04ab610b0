package dev.kvasir.fuser;

import dev.kvasir.cache.CacheIdentity;
import dev.kvasir.cache.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells, as plain data, what a fused prefill does to a receiver's cache. */
public final class FusionLineage {

    private FusionLineage() {}

    /**
     * One sharer, as far as a fused cache depends on it.
     *
     * @param fuser {@link FuserCheckpoint#digest()}
     * @param cache of which cache the sharer's is; at least as far as it is fused
     */
    public record SharerIdentity(String fuser, FusionSettings settings, CacheIdentity cache) {}

    /**
     * The identity of a receiver's cache after {@link FusedPrefill#run}.
     *
     * @param before of the receiver's cache that the run began with, with the prompt's tokens behind it
     * @param start positions that cache held
     * @param sections of the request; a share of the prompt shows in where they begin and end
     * @param sharers in the order of the sections' bits
     */
    public static CacheIdentity of(
            CacheIdentity before, int start, List<Section> sections, FusionMode mode, List<SharerIdentity> sharers) {
        CacheIdentity identity = before;
        int from = start;
        for (Section section : sections) {
            int to = from + section.length();
            List<Lineage.Shared> shared = shared(section, to, sharers);
            if (!shared.isEmpty()) {
                identity = identity.with(new Lineage.Fused(from, to, mode.name().toLowerCase(Locale.ROOT), shared));
            }
            from = to;
        }
        return identity;
    }

    private static List<Lineage.Shared> shared(Section section, int to, List<SharerIdentity> sharers) {
        List<Lineage.Shared> shared = new ArrayList<>();
        for (int i = 0; i < sharers.size(); i++) {
            if (section.fuses(i + 1)) {
                SharerIdentity sharer = sharers.get(i);
                // What the sharer read later changes nothing here.
                String read = sharer.cache().first(to).digest();
                shared.add(new Lineage.Shared(sharer.fuser(), text(sharer.settings()), read));
            }
        }
        return shared;
    }

    private static String text(FusionSettings settings) {
        return "gates-%s_scale-%s_layers-%s"
                .formatted(
                        settings.gates().name().toLowerCase(Locale.ROOT),
                        settings.weightScale(),
                        settings.layers() == null
                                ? "all"
                                : new TreeSet<>(settings.layers())
                                        .stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
