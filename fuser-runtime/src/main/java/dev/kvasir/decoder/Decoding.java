package dev.kvasir.decoder;

import dev.kvasir.torch.ElementType;
import dev.kvasir.torch.Tensor;
import dev.kvasir.torch.TensorScope;
import dev.kvasir.torch.TorchDevice;
import java.util.List;

/** A decoder's forward pass with the weights it needs, in one profile. */
interface Decoding extends AutoCloseable {

    /**
     * New tokens.
     *
     * @param ids one row behind the other
     * @param positions I64 {@code [rows, tokens]}
     * @param mask I64 {@code [rows, cached + tokens]}, or empty
     * @param cache its slabs receive keys and values; its length is where they begin
     * @param lastLogits how many logits a row are wanted
     */
    record Batch(List<Integer> ids, Tensor positions, Tensor mask, KvCache cache, int lastLogits) {}

    /** Logits {@code [rows, lastLogits, vocabulary]}, owned by the scope. */
    Tensor forward(TensorScope scope, Batch batch);

    /**
     * Runs new tokens like {@link #forward} and tells what they attend to.
     *
     * @param watched positions in front, none of them blank
     * @return per layer the part of attention, 0 to 1, that goes to them: the mean over rows, heads and new tokens
     */
    double[] attentionTo(TensorScope scope, Batch batch, int watched);

    /** One more token of several sequences: logits {@code [tokens, 1, vocabulary]}, owned by the scope. */
    Tensor decodeEach(TensorScope scope, List<NextToken> tokens);

    /** Where weights lie, and caches must; logits come from there. */
    TorchDevice device();

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
