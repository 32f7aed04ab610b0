package dev.kvasir.graph;

/**
 * An edge's id as its graph names it.
 *
 * @param value as sent; rule G14 says which are allowed
 */
public record EdgeId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
