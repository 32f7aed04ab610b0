package dev.kvasir.model.tokenizer;

/** Two neighbours that become one token; earlier merges win. */
record Merge(String left, String right) {

    String joined() {
        return left + right;
    }
}
