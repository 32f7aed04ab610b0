package dev.kvasir.decoder;

import dev.kvasir.model.Tokenizer;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decodes all sequences of one model together, a token each per round: whoever comes joins at the next round, whoever ends
 * leaves, and what a sequence gets is what it would get alone. Weights are read once a round, whatever the number of sequences.
 *
 * <p>One thread of its own makes the calls; prompts are read by whoever brings them, so that a long one delays no round. The
 * sequences' listeners are told on that thread.
 */
public final class ContinuousBatch implements AutoCloseable {

    private final LoadedModel model;
    private final Tokenizer tokenizer;
    private final int maxRows;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    /**
     * Starts with no sequence.
     *
     * @param model stays loaded as long as this is open
     * @param maxRows sequences decoded together; further ones wait, first come, first served
     */
    public ContinuousBatch(LoadedModel model, Tokenizer tokenizer, int maxRows) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("A batch has at least one row, not %d.".formatted(maxRows));
        }
        this.model = model;
        this.tokenizer = tokenizer;
        this.maxRows = maxRows;
        this.thread =
                Thread.ofPlatform().name("decode " + model.name()).daemon().start(this::run);
    }

    /**
     * Generates behind a prompt that was read, together with whatever else is being generated; returns at its end.
     *
     * @param request its prompt is what the cache stands for; it is not run again
     * @throws NonFiniteException if the model computes NaN or infinity for this sequence; the others go on
     * @throws IllegalStateException if this was closed before the end
     */
    public Generation generate(GenerationRequest request, Generator.Prefilled prefilled, GenerationListener listener) {
        Sequence sequence = new Sequence(model, new DecodeRow(0, request, tokenizer, listener), prefilled, listener);
        lock.lock();
        try {
            if (closed) {
                throw unloaded();
            }
            waiting.add(sequence);
            changed.signal();
        } finally {
            lock.unlock();
        }
        return sequence.await();
    }

    /** Sequences that have not joined yet. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends every sequence that has not ended, and the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Sequence> active = new ArrayList<>();
        while (true) {
            List<Sequence> joined = nextRound(active);
            if (joined == null) {
                active.forEach(sequence -> sequence.fail(unloaded()));
                return;
            }
            joined.forEach(sequence -> begin(sequence, active));
            active.forEach(this::endIfDue);
            active.removeIf(Sequence::ended);
            if (!active.isEmpty()) {
                round(active);
                active.removeIf(Sequence::ended);
            }
        }
    }

    /** Who joins; waits while there is nobody to decode for. Null once this is closed. */
    private @Nullable List<Sequence> nextRound(List<Sequence> active) {
        lock.lock();
        try {
            while (!closed && active.isEmpty() && waiting.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                waiting.forEach(sequence -> sequence.fail(unloaded()));
                waiting.clear();
                return null;
            }
            List<Sequence> joined = new ArrayList<>();
            while (active.size() + joined.size() < maxRows && !waiting.isEmpty()) {
                joined.add(waiting.remove());
            }
            return joined;
        } finally {
            lock.unlock();
        }
    }

    private void begin(Sequence sequence, List<Sequence> active) {
        sequence.guarded(() -> {
            List<DecodeRow> row = List.of(sequence.row);
            give(TokenChoice.of(sequence.prefilled.logits(), row), 0, sequence);
        });
        if (!sequence.ended()) {
            active.add(sequence);
        }
    }

    private void endIfDue(Sequence sequence) {
        sequence.guarded(() -> {
            if (sequence.listener.cancelled()) {
                sequence.finish(FinishReason.CANCELLED);
            } else if (sequence.cache().length() == sequence.cache().capacity()) {
                sequence.finish(FinishReason.CONTEXT_FULL);
            }
        });
    }

    /** A token each; of a sequence that is alone, several where they can be guessed. */
    private void round(List<Sequence> active) {
        Sequence first = active.getFirst();
        Speculation speculation = first.speculation;
        if (active.size() > 1 || speculation == null) {
            step(active);
            return;
        }
        first.guarded(() -> {
            speculation.next(first.cache(), () -> step(active));
            if (first.row.finished()) {
                first.settle();
            }
        });
    }

    private void step(List<Sequence> active) {
        try (TensorScope scope = TensorScope.root()) {
            Tensor logits =
                    model.decodeEach(scope, active.stream().map(Sequence::next).toList());
            TokenChoice choice = TokenChoice.of(
                    logits, active.stream().map(sequence -> sequence.row).toList());
            for (int index = 0; index < active.size(); index++) {
                int row = index;
                Sequence sequence = active.get(index);
                sequence.guarded(() -> give(choice, row, sequence));
            }
        } catch (RuntimeException | Error fault) {
            active.forEach(sequence -> sequence.fail(fault));
        }
    }

    private void give(TokenChoice choice, int row, Sequence sequence) {
        KvCache cache = sequence.cache();
        if (!choice.give(row, sequence.row)) {
            throw NonFiniteException.inLogits(model.name(), cache.length() - 1, cache);
        }
        if (sequence.row.finished()) {
            sequence.settle();
        }
    }

    private IllegalStateException unloaded() {
        return new IllegalStateException("The model " + model.name() + " was unloaded while it was in use.");
    }

    /** A sequence from its prompt's last logits to its end. */
    private static final class Sequence {
        private final DecodeRow row;
        private final Generator.Prefilled prefilled;
        private final GenerationListener listener;
        private final @Nullable Speculation speculation;
        private final CompletableFuture<Generation> end = new CompletableFuture<>();

        Sequence(LoadedModel model, DecodeRow row, Generator.Prefilled prefilled, GenerationListener listener) {
            this.row = row;
            this.prefilled = prefilled;
            this.listener = listener;
            boolean fits = prefilled.hidden().isEmpty() && Speculation.fits(model, row);
            this.speculation = fits ? Speculation.of(model, row) : null;
        }

        KvCache cache() {
            return prefilled.cache();
        }

        NextToken next() {
            return new NextToken(row.lastId(), cache(), prefilled.hidden());
        }

        boolean ended() {
            return end.isDone();
        }

        void finish(FinishReason why) {
            row.finish(why);
            settle();
        }

        void settle() {
            end.complete(row.result());
        }

        void fail(Throwable fault) {
            end.completeExceptionally(fault);
        }

        /** What goes wrong in this sequence, its listener's faults included, ends this one only. */
        void guarded(Runnable part) {
            try {
                part.run();
            } catch (RuntimeException | Error fault) {
                fail(fault);
            }
        }

        Generation await() {
            try {
                return end.join();
            } catch (CompletionException failed) {
                switch (failed.getCause()) {
                    case RuntimeException fault -> throw fault;
                    case Error fault -> throw fault;
                    case null, default -> throw new IllegalStateException("A sequence ended oddly.", failed);
                }
            }
        }
    }
}
