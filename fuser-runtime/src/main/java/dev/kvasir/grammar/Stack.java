package dev.kvasir.grammar;

import org.jspecify.annotations.Nullable;

/** What is being read and what surrounds it, innermost on top. Equal stacks go on equally. */
final class Stack {

    static final Stack END = new Stack(new Frame.End(), null);

    private final Frame top;
    private final @Nullable Stack below;
    private final int open;
    private final int hash;

    private Stack(Frame top, @Nullable Stack below) {
        this.top = top;
        this.below = below;
        boolean nests = top instanceof Frame.InObject || top instanceof Frame.InList;
        this.open = below == null ? 0 : below.open + (nests ? 1 : 0);
        this.hash = 31 * (below == null ? 0 : below.hash) + top.hashCode();
    }

    Stack on(Frame frame) {
        return new Stack(frame, this);
    }

    /** The same with another frame on top. */
    Stack with(Frame frame) {
        return new Stack(frame, below);
    }

    Frame top() {
        return top;
    }

    /** What is under the top; the end is under nothing. */
    Stack below() {
        return below == null ? END : below;
    }

    /** Objects and lists that are open. */
    int open() {
        return open;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        Stack one = this;
        Object two = other;
        while (one != two) {
            if (!(two instanceof Stack stack) || one.hash != stack.hash || !one.top.equals(stack.top)) {
                return false;
            }
            if (one.below == null || stack.below == null) {
                return one.below == stack.below;
            }
            one = one.below;
            two = stack.below;
        }
        return true;
    }
}
