package dev.kvasir.model;

import java.util.Optional;

/** The model families that are computed. */
public enum Family {
    LLAMA("llama", "llama"),
    QWEN2("qwen2", "qwen2"),
    QWEN3("qwen3", "qwen3"),
    GEMMA3("gemma3_text", "gemma3");

    private final String modelType;
    private final String architecture;

    Family(String modelType, String architecture) {
        this.modelType = modelType;
        this.architecture = architecture;
    }

    /** {@code model_type} of a config.json. */
    public String modelType() {
        return modelType;
    }

    /** {@code general.architecture} of a GGUF file. */
    public String architecture() {
        return architecture;
    }

    /** Whether queries and keys are normed per head before RoPE. */
    public boolean queryKeyNorms() {
        return switch (this) {
            case QWEN3, GEMMA3 -> true;
            case LLAMA, QWEN2 -> false;
        };
    }

    /** Whether both branches of a layer are normed once more before the residual is added. */
    public boolean postNorms() {
        return this == GEMMA3;
    }

    /** Whether a norm multiplies by {@code 1 + w} instead of {@code w}. */
    public boolean normsAddOne() {
        return this == GEMMA3;
    }

    /** Whether the MLP's activation is GELU with tanh; SiLU otherwise. */
    public boolean gelu() {
        return this == GEMMA3;
    }

    static Optional<Family> ofModelType(String modelType) {
        for (Family family : values()) {
            if (family.modelType.equals(modelType)) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    /** The family of a GGUF {@code general.architecture}. */
    public static Optional<Family> ofArchitecture(String architecture) {
        for (Family family : values()) {
            if (family.architecture.equals(architecture)) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }
}
