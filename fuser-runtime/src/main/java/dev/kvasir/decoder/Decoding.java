package dev.kvasir.decoder;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A decoder's forward pass with the weights it needs, in one profile. */
interface Decoding extends AutoCloseable {

    /**
     * New tokens as tensors.
     *
     * @param ids I64 {@code [rows, tokens]}
     * @param positions I64, like ids
     * @param mask I64 {@code [rows, cached + tokens]}, or empty
     * @param cache its slabs receive keys and values; its length is where they begin
     * @param lastLogits how many logits a row are wanted
     */
    record Batch(Tensor ids, Tensor positions, Tensor mask, KvCache cache, int lastLogits) {}

    /** Logits {@code [rows, lastLogits, vocabulary]}, owned by the scope. */
    Tensor forward(TensorScope scope, Batch batch);

    /**
     * One more token of several sequences, each with a cache of its own.
     *
     * @param ids I64 {@code [rows, 1]}
     * @param positions I64, like ids
     * @param seen a row each: I64 {@code [1, cached + 1]}, or empty
     * @param caches a row each, in that order
     */
    record Step(Tensor ids, Tensor positions, List<Tensor> seen, List<KvCache> caches) {

        /** All slabs, layer by layer, in each the caches' in order. */
        static List<Tensor> slabs(List<KvCache> caches, Function<KvCache, List<Tensor>> part) {
            List<List<Tensor>> each = caches.stream().map(part).toList();
            List<Tensor> slabs = new ArrayList<>();
            for (int layer = 0; layer < each.getFirst().size(); layer++) {
                for (List<Tensor> own : each) {
                    slabs.add(own.get(layer));
                }
            }
            return slabs;
        }

        List<Tensor> keys() {
            return slabs(caches, KvCache::keySlabs);
        }

        List<Tensor> values() {
            return slabs(caches, KvCache::valueSlabs);
        }

        long[] starts() {
            return caches.stream().mapToLong(KvCache::length).toArray();
        }
    }

    /** Logits {@code [rows, 1, vocabulary]}, owned by the scope. */
    Tensor decodeEach(TensorScope scope, Step step);

    /** What caches hold and logits come in. */
    ElementType elementType();

    /** What matrices are multiplied in, as reports call it: {@code f32}, {@code int8+bf16}. */
    String dtype();

    /** Bytes of all weights in memory. */
    long bytes();

    /** Bytes of them that one row reads to decode one token. */
    long bytesPerToken();

    Profile profile();

    @Override
    void close();
}
