package dev.kvasir.graph;

/** One message of a composed prompt. */
public record Turn(Role role, String content) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    static Turn system(String content) {
        return new Turn(Role.SYSTEM, content);
    }

    static Turn user(String content) {
        return new Turn(Role.USER, content);
    }

    static Turn assistant(String content) {
        return new Turn(Role.ASSISTANT, content);
    }
}
