package dev.kvasir.cli;

import dev.kvasir.torch.ElementType;

/** How a model computes. */
enum Profile {
    /** 32-bit floats, as the reference does. */
    EXACT(ElementType.F32),
    /** bfloat16: half the memory, rounded. */
    FAST(ElementType.BF16),
    /** 64-bit floats, to check against. */
    DOUBLE(ElementType.F64);

    private final ElementType elementType;

    Profile(ElementType elementType) {
        this.elementType = elementType;
    }

    ElementType elementType() {
        return elementType;
    }
}
