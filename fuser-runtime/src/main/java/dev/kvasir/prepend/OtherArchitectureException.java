package dev.kvasir.prepend;

/** Two models do not have one architecture, so that a layer of one cache means nothing to the other model. */
public final class OtherArchitectureException extends RuntimeException {

    OtherArchitectureException(String sharer, String receiver, String what, Object sharers, Object receivers) {
        super(
                "The cache of %s cannot stand before that of %s: %s is %s there and %s here. Take models of one architecture, or TEXT."
                        .formatted(sharer, receiver, what, sharers, receivers));
    }
}
