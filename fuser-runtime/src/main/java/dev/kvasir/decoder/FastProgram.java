package dev.kvasir.decoder;

import dev.kvasir.decoder.kernel.KernelPlan;
import dev.kvasir.decoder.kernel.KernelText;
import dev.kvasir.model.ModelConfig;
import dev.kvasir.torch.TorchProgram;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Layers of the fast profile's decoder as a TorchScript program that holds their weights. They compute what {@link
 * DecoderProgram} does, with fewer and larger operations: q, k and v are one matrix, gate and up are one, norms take three
 * operations, and matrices are multiplied by the kernels of a {@link KernelPlan}.
 *
 * <p>Shapes as in {@link DecoderProgram}; N = B * T rows go through the matrices together, I is the width of the MLP.
 * Norm weights come multiplied by sqrt(h), Gemma's with their 1 added.
 */
final class FastProgram {
    private static final String TEXT = """
            def hold(self, list: int, tensor: Tensor) -> None:
              if list == 0:
                _0 = torch.append(self.frequencies, tensor)
              elif list == 1:
                _1 = torch.append(self.norms, tensor)
              else:
                _2 = torch.append(self.biases, tensor)

            def begin(self, positions: Tensor, mask: Tensor, start: int) -> List[Tensor]:
              # positions [B, T]; mask [B, S] or empty -> per kind of layer cosine, sine, and what is added to scores or empty
              count = torch.size(positions, 1)
              windows = WINDOW_OF_KIND
              turns = annotate(List[Tensor], [])
              for kind in range(len(windows)):
                cosine, sine, = self.turn(positions, self.frequencies[kind])
                turns = torch.append(turns, cosine)
                turns = torch.append(turns, sine)
                turns = torch.append(turns, self.mask(mask, count, start + count, windows[kind]))
              return turns

            def layer(self, x: Tensor, turns: List[Tensor], kind: int, keys: Tensor, values: Tensor, first: int,
                start: int, l: int) -> Tensor:
              # x [N, h]; keys, values a slab [B, KV, capacity, D] that is seen from first on -> [N, h]
              cosine = turns[3 * kind]
              rows = torch.size(cosine, 0)
              count = torch.size(cosine, 1)
              end = start + count
              mask: Optional[Tensor] = None
              if torch.numel(turns[3 * kind + 2]) > 0:
                mask = torch.slice(turns[3 * kind + 2], 3, first, end, 1)
              q, k, v, = self.project(x, rows, count, cosine, turns[3 * kind + 1], l)
              _0 = torch.copy_(torch.slice(keys, 2, start, end, 1), k)
              _1 = torch.copy_(torch.slice(values, 2, start, end, 1), v)
              y = torch.scaled_dot_product_attention(q, torch.slice(keys, 2, first, end, 1),
                  torch.slice(values, 2, first, end, 1), mask, 0.0, False, scale=ATTENTION_SCALE)
              return self.finish(x, self.unfold(y, rows, count), l)

            def part_before(self, x: Tensor, turns: List[Tensor], kind: int, keys: Tensor, start: int, l: int,
                watched: int) -> Tensor:
              # the part of a layer's attention that goes to the positions before watched; the layer has not run yet
              cosine = turns[3 * kind]
              count = torch.size(cosine, 1)
              q, k, v, = self.project(x, torch.size(cosine, 0), count, cosine, turns[3 * kind + 1], l)
              seen = torch.cat([torch.slice(keys, 2, 0, start, 1), k], 2)
              scores = torch.mul(torch.matmul(q, torch.transpose(seen, 2, 3)), ATTENTION_SCALE)
              if torch.numel(turns[3 * kind + 2]) > 0:
                scores = torch.add(scores, turns[3 * kind + 2])
              weights = torch.softmax(scores, -1)
              return torch.mean(torch.sum(torch.slice(weights, 3, 0, watched, 1), [-1]))

            def logits(self, x: Tensor, rows: int, last: int) -> Tensor:
              # x [N, h] -> [B, last, vocabulary]
              x = torch.view(x, [rows, -1, HIDDEN])
              count = torch.size(x, 1)
              x = torch.reshape(torch.slice(x, 1, count - last, count, 1), [-1, HIDDEN])
              return torch.view(self.multiply_head(self.norm(x, self.norms[0]), 0), [rows, last, -1])

            def norm(self, x: Tensor, weight: Tensor) -> Tensor:
              # hypot(|x|, sqrt(n * epsilon)) = sqrt(n) times the root of mean square and epsilon; the weight holds sqrt(n)
              size = torch.hypot(torch.linalg_vector_norm(x, 2, [-1], True), self.norms[1])
              return torch.mul_(torch.div(x, size), weight)

            def norm_heads(self, x: Tensor, weight: Tensor) -> Tensor:
              size = torch.hypot(torch.linalg_vector_norm(x, 2, [-1], True), self.norms[2])
              return torch.mul_(torch.div(x, size), weight)

            def turn(self, positions: Tensor, frequencies: Tensor) -> Tuple[Tensor, Tensor]:
              # [B, T, 1, D]; the first half of the sine is negative
              angles = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(positions, 7), -1), frequencies), 2)
              cosine = torch.to(torch.cos(angles), 6)
              sine = torch.to(torch.sin(angles), 6)
              return (torch.cat([cosine, cosine], -1), torch.cat([torch.neg(sine), sine], -1))

            def mask(self, mask: Tensor, count: int, end: int, window: int) -> Tensor:
              # what is added to the scores: [1 or B, 1, G*T, S]; empty for nothing
              if torch.numel(mask) == 0 and count == 1 and (window == 0 or end <= window):
                return torch.zeros([0])
              query = torch.unsqueeze(torch.arange(end - count, end), 1)
              key = torch.unsqueeze(torch.arange(end), 0)
              seen = torch.le(key, query)
              if window > 0:
                seen = torch.logical_and(seen, torch.gt(key, torch.sub(query, window)))
              seen = torch.unsqueeze(seen, 0)
              if torch.numel(mask) > 0:
                seen = torch.logical_and(seen, torch.unsqueeze(torch.ne(mask, 0), 1))
              # finite, so that a row of nothing but padding stays finite too
              added = torch.masked_fill(torch.zeros([torch.size(seen, 0), count, end]), torch.logical_not(seen), -3.0e38)
              return torch.unsqueeze(torch.repeat(added, [1, GROUP, 1]), 1)

            def project(self, x: Tensor, rows: int, count: int, cosine: Tensor, sine: Tensor,
                l: int) -> Tuple[Tensor, Tensor, Tensor]:
              # q [B, KV, G*T, D]: the G query heads of a KV head lie one after another; k, v [B, KV, T, D]
              y = self.multiply_qkv(self.norm(x, self.norms[3 + 5 * l]), l)
              if QKV_BIAS:
                y = torch.add_(y, self.biases[4 * l])
              y = torch.view(y, [rows, count, HEADS + 2 * KV_HEADS, HEAD_DIM])
              v = torch.transpose(torch.slice(y, 2, HEADS + KV_HEADS, HEADS + 2 * KV_HEADS, 1), 1, 2)
              turned = torch.slice(y, 2, 0, HEADS + KV_HEADS, 1)
              if HEAD_NORM:
                turned = self.norm_heads(turned, self.norms[7 + 5 * l])
              turned = torch.addcmul(torch.mul(turned, cosine), torch.roll(turned, [HEAD_DIM // 2], [-1]), sine)
              k = torch.transpose(torch.slice(turned, 2, HEADS, HEADS + KV_HEADS, 1), 1, 2)
              q = torch.transpose(torch.slice(turned, 2, 0, HEADS, 1), 1, 2)
              return (torch.reshape(q, [rows, KV_HEADS, GROUP * count, HEAD_DIM]), k, v)

            def unfold(self, y: Tensor, rows: int, count: int) -> Tensor:
              # [B, KV, G*T, D] -> [N, H*D]
              y = torch.transpose(torch.reshape(y, [rows, HEADS, count, HEAD_DIM]), 1, 2)
              return torch.reshape(y, [rows * count, HEADS * HEAD_DIM])

            def finish(self, x: Tensor, attended: Tensor, l: int) -> Tensor:
              y = self.multiply_output(attended, l)
              if OUTPUT_BIAS:
                y = torch.add_(y, self.biases[4 * l + 1])
              if BRANCH_NORMS:
                y = self.norm(y, self.norms[4 + 5 * l])
              x = torch.add_(x, y)
              z = self.multiply_gate_up(self.norm(x, self.norms[5 + 5 * l]), l)
              if MLP_BIAS:
                z = torch.add_(z, self.biases[4 * l + 2])
              gate = torch.slice(z, 1, 0, INTERMEDIATE, 1)
              up = torch.slice(z, 1, INTERMEDIATE, 2 * INTERMEDIATE, 1)
              if TANH_GELU:
                gate = torch.gelu(gate, approximate="tanh")
              else:
                gate = torch.silu(gate)
              z = self.multiply_down(torch.mul_(torch.contiguous(gate), up), l)
              if MLP_BIAS:
                z = torch.add_(z, self.biases[4 * l + 3])
              if BRANCH_NORMS:
                z = self.norm(z, self.norms[6 + 5 * l])
              return torch.add_(x, z)
            """;

    private static final String TENSOR = "Tensor";

    private FastProgram() {}

    /** The program without its weights; {@link FastWeights} fills it. */
    static TorchProgram compile(ModelConfig config, KernelPlan plan) {
        Map<String, String> lists = new TreeMap<>(KernelText.lists(plan));
        for (HeldList list : HeldList.values()) {
            lists.put(list.id(), TENSOR);
        }
        return TorchProgram.compile(text(config, plan), lists);
    }

    /** Lists that are filled through {@code hold}, by their number there. */
    enum HeldList {
        FREQUENCIES(0),
        /** Last norm, sqrt(h * epsilon), sqrt(D * epsilon); a layer's four, and that of its heads. */
        NORMS(1),
        /** Four a layer: qkv, output, gate and up, down. */
        BIASES(2);

        private final int number;

        HeldList(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static String text(ModelConfig config, KernelPlan plan) {
        Map<String, String> more = Map.of(
                "HIDDEN", String.valueOf(config.hiddenSize()),
                "INTERMEDIATE", String.valueOf(config.intermediateSize()));
        return DecoderProgram.withConstants(TEXT, config, more) + KernelText.methods(plan);
    }
}
