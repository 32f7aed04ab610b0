package dev.kvasir.grammar;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A grammar over a vocabulary: which tokens may come next. What was found out once is kept, for all sequences, within bounds:
 * some 20 MB for 150,000 tokens.
 *
 * <p>Safe for several threads.
 */
public final class TokenGrammar {

    private static final int MOST_MASKS = 512;

    private final TokenVocabulary vocabulary;
    private final boolean hasOtherNames;
    private final ByteAutomaton automaton;
    private final ReentrantLock lock = new ReentrantLock();
    private int masks;

    /**
     * Holds a model to a grammar.
     *
     * @throws VocabularyIncompleteException if a text that the grammar asks for has a byte that is no token
     */
    public TokenGrammar(JsonGrammar grammar, TokenVocabulary vocabulary) {
        grammar.requireWritable(vocabulary.writable());
        this.vocabulary = vocabulary;
        this.hasOtherNames = grammar.hasOtherNames();
        this.automaton = new ByteAutomaton(grammar, vocabulary.writable());
    }

    /**
     * Begins a text.
     *
     * @param endIds tokens that end it, let through where the value is whole and nowhere else
     */
    public Constraint constrain(List<Integer> endIds) {
        return new Constraint(this, endIds);
    }

    TokenVocabulary vocabulary() {
        return vocabulary;
    }

    /** Whether a value may have members that the schema does not name. */
    boolean hasOtherNames() {
        return hasOtherNames;
    }

    ByteState start() {
        return locked(automaton::start);
    }

    /** Where a token leads; {@link ByteState#DEAD} if it may not come. */
    ByteState next(ByteState from, byte[] token) {
        return locked(() -> {
            ByteState reached = token.length == 0 ? ByteState.DEAD : from;
            for (int i = 0; i < token.length && reached != ByteState.DEAD; i++) {
                reached = automaton.next(reached, token[i] & 0xFF);
            }
            return reached;
        });
    }

    boolean isWhole(ByteState state) {
        return locked(() -> automaton.isWhole(state));
    }

    boolean isOver(ByteState state) {
        return locked(() -> automaton.isOver(state));
    }

    /** The tokens that may come, as bits by id; not to be written to. Ends are none of them. */
    long[] mask(ByteState state) {
        return locked(() -> {
            long[] known = state.mask();
            if (known != null) {
                return known;
            }
            if (++masks > MOST_MASKS) {
                automaton.forget();
                masks = 1;
            }
            long[] mask = computed(state);
            state.keep(mask);
            return mask;
        });
    }

    private long[] computed(ByteState state) {
        int plain = Math.min(automaton.freely(state), TokenVocabulary.LONGEST_PLAIN);
        if (plain == 0) {
            long[] mask = new long[(vocabulary.size() + 63) / 64];
            vocabulary.all().mark(automaton, state, mask);
            return mask;
        }
        long[] mask = vocabulary.plain(plain).clone();
        vocabulary.rest().mark(automaton, state, mask);
        return mask;
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
