package dev.kvasir.condition;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.Map;
import java.util.Optional;

/** What values look like to the type checker; they themselves are maps. */
final class Types implements CelTypeProvider {

    static final CelType NODE =
            struct("kvasir.Node", ImmutableMap.of("text", SimpleType.STRING, "json", SimpleType.DYN, "error", error()));
    static final CelType RUN =
            struct("kvasir.Run", ImmutableMap.of("seed", SimpleType.INT, "attempts", SimpleType.INT));
    static final CelType LOOP = struct("kvasir.Loop", ImmutableMap.of("iteration", SimpleType.INT));

    private static final Map<String, CelType> BY_NAME =
            ImmutableMap.of(NODE.name(), NODE, RUN.name(), RUN, LOOP.name(), LOOP, error().name(), error());

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(BY_NAME.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    private static CelType error() {
        return struct("kvasir.Error", ImmutableMap.of("code", SimpleType.STRING, "detail", SimpleType.STRING));
    }

    private static CelType struct(String name, ImmutableMap<String, CelType> fields) {
        return StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
    }
}
