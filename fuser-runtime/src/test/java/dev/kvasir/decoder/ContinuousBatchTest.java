package dev.kvasir.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.model.Family;
import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContinuousBatchTest {

    private static final SamplingSettings WILD = new SamplingSettings(3, 0, 1, 0, 1);

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endCallers() {
        callers.close();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void sequencesThatComeAndGoGetWhatTheyWouldGetAlone(Family family) throws Exception {
        try (LoadedModel model = TinyModel.load(family, ElementType.F64);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 4)) {
            List<GenerationRequest> requests =
                    IntStream.range(0, 9).mapToObj(ContinuousBatchTest::request).toList();
            List<Future<Generation>> together = requests.stream()
                    .map(request -> callers.submit(() -> generate(model, batch, request, GenerationListener.NONE)))
                    .toList();

            Generator alone = new Generator(model, NumberedTokens.INSTANCE);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(together.get(i).get(60, TimeUnit.SECONDS))
                        .isEqualTo(alone.generate(requests.get(i), GenerationListener.NONE));
            }
        }
    }

    @Test
    void paddingInsideAPromptIsNotAttendedTo() {
        try (LoadedModel model = TinyModel.load(Family.GEMMA3, ElementType.F64);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 2);
                KvCache one = model.newCache(1, 40);
                KvCache two = model.newCache(1, 40);
                TensorScope scope = TensorScope.root()) {
            List<Integer> prompt = List.of(3, 0, 0, 17, 8);
            List<Boolean> hidden = List.of(false, true, true);
            Forward padded = Forward.of(prompt, one).withMask(List.of(List.of(1, 0, 0, 1, 1)));
            Tensor logits = model.forward(scope, padded);
            model.forward(scope, Forward.of(prompt, two).withMask(List.of(List.of(1, 0, 0, 1, 1))));
            GenerationRequest request = GenerationRequest.greedy(prompt, 20, List.of());

            Generation together =
                    batch.generate(request, new Generator.Prefilled(one, logits, hidden), GenerationListener.NONE);

            assertThat(together)
                    .isEqualTo(new Generator(model, NumberedTokens.INSTANCE)
                            .generate(request, new Generator.Prefilled(two, logits, hidden), GenerationListener.NONE));
        }
    }

    @Test
    void sequencesShareTheirRounds() throws Exception {
        try (LoadedModel model = TinyModel.load(Family.QWEN3, ElementType.F32);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 8)) {
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch joined = new CountDownLatch(1);
            GenerationRequest request = GenerationRequest.greedy(List.of(5, 9), 30, List.of());
            Future<Generation> first = callers.submit(() -> generate(model, batch, request, new GenerationListener() {
                @Override
                public void token(int row, int id) {
                    order.add("a");
                    started.countDown();
                    awaitUninterruptibly(joined);
                }
            }));
            started.await();
            Future<Generation> second = callers.submit(() -> generate(model, batch, request, new GenerationListener() {
                @Override
                public void token(int row, int id) {
                    order.add("b");
                }
            }));
            while (batch.waiting() == 0) {
                Thread.onSpinWait();
            }
            joined.countDown();
            first.get(60, TimeUnit.SECONDS);
            second.get(60, TimeUnit.SECONDS);

            assertThat(String.join("", order)).isEqualTo("aab" + "ab".repeat(28) + "b"); // b joins at the next round
        }
    }

    @Test
    void whoIsCancelledLeavesAndTheOthersGoOn() throws Exception {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 4)) {
            GenerationRequest request = GenerationRequest.greedy(List.of(5, 9, 20), 25, List.of());
            AtomicInteger tokens = new AtomicInteger();
            Future<Generation> cancelled =
                    callers.submit(() -> generate(model, batch, request, new GenerationListener() {
                        @Override
                        public void token(int row, int id) {
                            tokens.incrementAndGet();
                        }

                        @Override
                        public boolean cancelled() {
                            return tokens.get() == 4;
                        }
                    }));
            Future<Generation> other = callers.submit(() -> generate(model, batch, request, GenerationListener.NONE));

            assertThat(cancelled.get(60, TimeUnit.SECONDS).reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(cancelled.get().ids()).hasSize(4);
            assertThat(other.get(60, TimeUnit.SECONDS).ids()).hasSize(25);
        }
    }

    @Test
    void aListenerThatFailsEndsItsOwnSequenceOnly() throws Exception {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F64);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 4)) {
            GenerationRequest request = GenerationRequest.greedy(List.of(5, 9, 20), 25, List.of());
            Future<Generation> failing = callers.submit(() -> generate(model, batch, request, new GenerationListener() {
                @Override
                public void token(int row, int id) {
                    throw new IllegalStateException("nobody listens");
                }
            }));
            Future<Generation> other = callers.submit(() -> generate(model, batch, request, GenerationListener.NONE));

            assertThatThrownBy(() -> failing.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("nobody listens");
            assertThat(other.get(60, TimeUnit.SECONDS).ids()).hasSize(25);
        }
    }

    @Test
    void aFullCacheEndsASequence() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 1);
                KvCache cache = model.newCache(1, 6);
                TensorScope scope = TensorScope.root()) {
            List<Integer> prompt = List.of(5, 9, 20);
            Tensor logits = model.forward(scope, Forward.of(prompt, cache));

            Generation generation = batch.generate(
                    GenerationRequest.greedy(prompt, 25, List.of()),
                    new Generator.Prefilled(cache, logits, List.of()),
                    GenerationListener.NONE);

            assertThat(generation.reason()).isEqualTo(FinishReason.CONTEXT_FULL);
            assertThat(generation.ids()).hasSize(4);
        }
    }

    @Test
    void afterItsEndNobodyIsServed() {
        try (LoadedModel model = TinyModel.load(Family.LLAMA, ElementType.F32);
                KvCache cache = model.newCache(1, 6);
                TensorScope scope = TensorScope.root()) {
            ContinuousBatch batch = new ContinuousBatch(model, NumberedTokens.INSTANCE, 1);
            Tensor logits = model.forward(scope, Forward.of(List.of(5), cache));
            batch.close();

            assertThatThrownBy(() -> batch.generate(
                            GenerationRequest.greedy(List.of(5), 3, List.of()),
                            new Generator.Prefilled(cache, logits, List.of()),
                            GenerationListener.NONE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The model tiny was unloaded while it was in use.");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Prompts and replies of different lengths, some sampled. */
    private static GenerationRequest request(int i) {
        List<Integer> prompt = IntStream.range(0, 1 + 4 * i)
                .mapToObj(at -> (7 * at + i) % TinyModel.VOCABULARY)
                .toList();
        GenerationRequest request = GenerationRequest.greedy(prompt, 3 + 5 * (i % 4), List.of());
        return i % 3 == 2 ? request.withSampling(WILD, i) : request;
    }

    private static Generation generate(
            LoadedModel model, ContinuousBatch batch, GenerationRequest request, GenerationListener listener) {
        int capacity = request.prompt().size() + request.maxTokens();
        try (KvCache cache = model.newCache(1, capacity);
                TensorScope scope = TensorScope.root()) {
            Tensor logits = new Prefill(model, () -> false).run(scope, Forward.of(request.prompt(), cache));
            return batch.generate(request, new Generator.Prefilled(cache, logits, List.of()), listener);
        }
    }
}
