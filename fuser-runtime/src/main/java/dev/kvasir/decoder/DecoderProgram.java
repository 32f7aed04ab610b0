package dev.kvasir.decoder;

import dev.kvasir.model.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The decoder as one TorchScript program, the same text for every family: what differs is written into it as constants
 * in capitals. Weights as the checkpoint has them, nothing folded; runs in f64, f32 and bf16, and in f32 with matrices of
 * bf16. What it makes lies where its input does.
 *
 * <p>Shapes: B rows, T new tokens, S tokens with the cached ones, H query heads, KV key-value heads, G = H / KV, D head
 * width, h hidden width.
 */
final class DecoderProgram {
    private static final String TEXT = """
            def forward(self, ids: Tensor, positions: Tensor, mask: Tensor, weights: List[Tensor],
                frequencies: List[Tensor], keys: List[Tensor], values: List[Tensor], firsts: List[int], start: int,
                last: int, watched: int) -> List[Tensor]:
              # ids, positions [B, T]; mask [B, S] or empty; per layer a slab [B, KV, capacity, D] and its first position
              # that is seen -> [B, last, vocabulary], and if watched > 0 each layer's attention to the positions before it
              count = torch.size(ids, 1)
              end = start + count
              x = self.embed(ids, weights[0])
              kinds = KIND_OF_LAYER
              windows = WINDOW_OF_KIND
              turns = annotate(List[Tensor], [])
              masks = annotate(List[Tensor], [])
              for kind in range(len(windows)):
                turns = torch.append(turns, self.turn(positions, frequencies[kind], x))
                masks = torch.append(masks, self.mask(mask, count, end, windows[kind], x))
              attention = annotate(List[Tensor], [])
              for l in range(LAYERS):
                kind = kinds[l]
                first = firsts[l]
                q, k, v, = self.project(x, turns[kind], weights, l)
                _0 = torch.copy_(torch.slice(keys[l], 2, start, end, 1), k)
                _1 = torch.copy_(torch.slice(values[l], 2, start, end, 1), v)
                seen_keys = torch.slice(keys[l], 2, first, end, 1)
                seen_values = torch.slice(values[l], 2, first, end, 1)
                added = self.behind(masks[kind], first)
                if watched > 0:
                  attention = torch.append(attention, self.part_before(q, seen_keys, added, watched))
                x = self.finish(x, self.attend(q, seen_keys, seen_values, added), weights, l)
              logits = self.logits(torch.slice(x, 1, count - last, count, 1), weights)
              return torch.add([logits], attention)

            def decode_each(self, ids: Tensor, positions: Tensor, seen: List[Tensor], weights: List[Tensor],
                frequencies: List[Tensor], keys: List[Tensor], values: List[Tensor], firsts: List[int],
                starts: List[int]) -> Tensor:
              # ids, positions [B, 1]; per row seen [1, S] or empty; per layer and row a slab [1, KV, capacity, D] and its
              # first position that is seen
              rows = torch.size(ids, 0)
              x = self.embed(ids, weights[0])
              kinds = KIND_OF_LAYER
              windows = WINDOW_OF_KIND
              turns = annotate(List[Tensor], [])
              masks = annotate(List[Tensor], [])
              for kind in range(len(windows)):
                turns = torch.append(turns, self.turn(positions, frequencies[kind], x))
                for row in range(rows):
                  masks = torch.append(masks, self.mask(seen[row], 1, starts[row] + 1, windows[kind], x))
              for l in range(LAYERS):
                kind = kinds[l]
                q, k, v, = self.project(x, turns[kind], weights, l)
                attended = annotate(List[Tensor], [])
                for row in range(rows):
                  slab = l * rows + row
                  end = starts[row] + 1
                  _0 = torch.copy_(torch.slice(keys[slab], 2, starts[row], end, 1), torch.slice(k, 0, row, row + 1, 1))
                  _1 = torch.copy_(torch.slice(values[slab], 2, starts[row], end, 1), torch.slice(v, 0, row, row + 1, 1))
                  attended = torch.append(attended, self.attend(torch.slice(q, 0, row, row + 1, 1),
                      torch.slice(keys[slab], 2, firsts[slab], end, 1),
                      torch.slice(values[slab], 2, firsts[slab], end, 1),
                      self.behind(masks[kind * rows + row], firsts[slab])))
                x = self.finish(x, torch.cat(attended, 0), weights, l)
              return self.logits(x, weights)

            def embed(self, ids: Tensor, table: Tensor) -> Tensor:
              x = torch.embedding(table, ids)  # [B, T, h]
              if HALVES:
                x = torch.to(x, 6)
              if SCALE_EMBEDDING:
                # rounded to the type of the weights, as the reference does (torch.tensor would round to f32 first)
                x = torch.mul(x, torch.full([], EMBEDDING_SCALE, dtype=x.dtype, device=x.device))
              return x

            def logits(self, x: Tensor, weights: List[Tensor]) -> Tensor:
              y = self.norm(x, weights[1])
              if TIED and PACKED:  # the embedding is never packed
                return torch.linear(y, weights[2])
              return self.multiply(y, weights[2])

            def multiply(self, x: Tensor, weight: Tensor) -> Tensor:
              if PACKED:
                return ops.mkldnn._linear_pointwise(x, weight, None, "none", annotate(List[Optional[number]], []), "")
              if HALVES:
                return torch.to(torch.linear(torch.to(x, 15), weight), 6)
              return torch.linear(x, weight)

            def norm(self, x: Tensor, weight: Tensor) -> Tensor:
              # over the last dimension; bf16 takes its statistic in f32
              wide = x
              if x.dtype == 15:
                wide = torch.to(x, 6)
              scale = torch.rsqrt(torch.add(torch.mean(torch.mul(wide, wide), [-1], True), EPSILON))
              y = torch.mul(wide, scale)
              if NORM_ADDS_ONE:
                return torch.to(torch.mul(y, torch.add(torch.to(weight, y.dtype), 1)), x.dtype)
              return torch.mul(weight, torch.to(y, x.dtype))

            def turn(self, positions: Tensor, frequencies: Tensor, x: Tensor) -> Tensor:
              # angles in f64, then cast: [2 (cosine, sine), B, 1, T, D]
              angles = torch.mul(torch.unsqueeze(torch.to(positions, 7), -1), frequencies)
              both = torch.unsqueeze(torch.cat([angles, angles], -1), 1)
              return torch.to(torch.stack([torch.cos(both), torch.sin(both)], 0), x.dtype)

            def rotate(self, x: Tensor, turns: Tensor) -> Tensor:
              # x [B, heads, T, D]: element i turns with element i + D/2
              low, high, = torch.chunk(x, 2, -1)
              across = torch.cat([torch.neg(high), low], -1)
              return torch.add(torch.mul(x, turns[0]), torch.mul(across, turns[1]))

            def mask(self, mask: Tensor, count: int, end: int, window: int, x: Tensor) -> Tensor:
              # what is added to the scores: [1 or B, 1, G*T, S]; empty where nothing is hidden
              if torch.numel(mask) == 0 and count == 1 and (window == 0 or end <= window):
                return torch.empty([0], device=x.device)
              query = torch.unsqueeze(torch.arange(end - count, end, device=x.device), 1)
              key = torch.unsqueeze(torch.arange(end, device=x.device), 0)
              seen = torch.le(key, query)
              if window > 0:
                seen = torch.logical_and(seen, torch.gt(key, torch.sub(query, window)))
              seen = torch.unsqueeze(seen, 0)
              if torch.numel(mask) > 0:
                seen = torch.logical_and(seen, torch.unsqueeze(torch.ne(mask, 0), 1))
              # finite, so that a row of nothing but padding stays finite too
              shown = torch.zeros([torch.size(seen, 0), count, end], dtype=x.dtype, device=x.device)
              added = torch.masked_fill(shown, torch.logical_not(seen), -3.0e38)
              return torch.unsqueeze(torch.repeat(added, [1, GROUP, 1]), 1)

            def behind(self, mask: Tensor, first: int) -> Tensor:
              # what is added to the scores of the positions from first on
              if first == 0 or torch.numel(mask) == 0:
                return mask
              return torch.slice(mask, 3, first, torch.size(mask, 3), 1)

            def part_before(self, q: Tensor, k: Tensor, added: Tensor, watched: int) -> Tensor:
              # the part of attention that goes to the first keys, mean over rows, heads and queries
              folded = torch.reshape(q, [torch.size(q, 0), KV_HEADS, GROUP * torch.size(q, 2), HEAD_DIM])
              scores = torch.mul(torch.matmul(folded, torch.transpose(k, 2, 3)), ATTENTION_SCALE)
              if torch.numel(added) > 0:
                scores = torch.add(scores, added)
              weights = torch.softmax(scores, -1)
              return torch.mean(torch.sum(torch.slice(weights, 3, 0, watched, 1), [-1]))

            def project(self, x: Tensor, turns: Tensor, weights: List[Tensor], l: int) -> Tuple[Tensor, Tensor, Tensor]:
              w = 3 + l * LAYER_WEIGHTS
              y = self.norm(x, weights[w])
              q = self.multiply(y, weights[w + 1])
              k = self.multiply(y, weights[w + 2])
              v = self.multiply(y, weights[w + 3])
              if QKV_BIAS:
                q = torch.add(q, weights[w + 5])
                k = torch.add(k, weights[w + 6])
                v = torch.add(v, weights[w + 7])
              q = self.heads(q)
              k = self.heads(k)
              if HEAD_NORM:
                q = self.norm(q, weights[w + 9])
                k = self.norm(k, weights[w + 10])
              return (self.rotate(q, turns), self.rotate(k, turns), self.heads(v))

            def heads(self, x: Tensor) -> Tensor:
              # [B, T, heads * D] -> [B, heads, T, D]
              return torch.transpose(torch.unflatten(x, -1, [-1, HEAD_DIM]), 1, 2)

            def attend(self, q: Tensor, k: Tensor, v: Tensor, added: Tensor) -> Tensor:
              # the G query heads of a KV head lie one after another: [B, H, T, D] -> [B, KV, G*T, D]
              rows = torch.size(q, 0)
              count = torch.size(q, 2)
              folded = torch.reshape(q, [rows, KV_HEADS, GROUP * count, HEAD_DIM])
              mask: Optional[Tensor] = None
              if torch.numel(added) > 0:
                mask = added
              y = torch.scaled_dot_product_attention(folded, k, v, mask, 0.0, False, scale=ATTENTION_SCALE)
              y = torch.transpose(torch.reshape(y, [rows, HEADS, count, HEAD_DIM]), 1, 2)
              return torch.reshape(y, [rows, count, HEADS * HEAD_DIM])

            def finish(self, x: Tensor, attended: Tensor, weights: List[Tensor], l: int) -> Tensor:
              w = 3 + l * LAYER_WEIGHTS
              y = self.multiply(attended, weights[w + 4])
              if OUTPUT_BIAS:
                y = torch.add(y, weights[w + 8])
              if BRANCH_NORMS:
                y = self.norm(y, weights[w + 11])
              x = torch.add(x, y)
              z = self.norm(x, weights[w + 12])
              gate = self.multiply(z, weights[w + 13])
              up = self.multiply(z, weights[w + 14])
              if MLP_BIAS:
                gate = torch.add(gate, weights[w + 17])
                up = torch.add(up, weights[w + 18])
              if TANH_GELU:
                gate = torch.gelu(gate, approximate="tanh")
              else:
                gate = torch.silu(gate)
              z = self.multiply(torch.mul(gate, up), weights[w + 15])
              if MLP_BIAS:
                z = torch.add(z, weights[w + 19])
              if BRANCH_NORMS:
                z = self.norm(z, weights[w + 16])
              return torch.add(x, z)
            """;

    private static final Pattern CONSTANT = Pattern.compile("\\b[A-Z][A-Z_]+\\b");

    private DecoderProgram() {}

    static String text(ModelConfig config, LinearKernel kernel) {
        return withConstants(
                TEXT,
                config,
                Map.of("PACKED", flag(kernel == LinearKernel.PACKED), "HALVES", flag(kernel == LinearKernel.HALVES)));
    }

    /** A program's text with the words in capitals replaced: by what the configuration says, or by {@code more}. */
    static String withConstants(String text, ModelConfig config, Map<String, String> more) {
        Map<String, String> constants = new HashMap<>(constants(config));
        constants.putAll(more);
        return CONSTANT.matcher(text).replaceAll(match -> constants.getOrDefault(match.group(), match.group()));
    }

    private static Map<String, String> constants(ModelConfig config) {
        List<Integer> windows = config.windowKinds();
        List<Integer> kinds = config.windows().stream().map(windows::indexOf).toList();
        return Map.ofEntries(
                entry("LAYERS", config.layers()),
                entry("HEADS", config.heads()),
                entry("KV_HEADS", config.kvHeads()),
                entry("GROUP", config.groupSize()),
                entry("HEAD_DIM", config.headDim()),
                entry("EPSILON", config.rmsNormEps()),
                entry("ATTENTION_SCALE", config.queryScale()),
                entry("EMBEDDING_SCALE", config.embeddingScale()),
                entry("KIND_OF_LAYER", kinds),
                entry("WINDOW_OF_KIND", windows),
                entry("LAYER_WEIGHTS", DecoderWeights.PER_LAYER),
                entry("TIED", flag(config.tiedEmbeddings())),
                entry("SCALE_EMBEDDING", flag(config.embeddingScale() != 1)),
                entry("NORM_ADDS_ONE", flag(config.family().normsAddOne())),
                entry("BRANCH_NORMS", flag(config.family().postNorms())),
                entry("TANH_GELU", flag(config.family().gelu())),
                entry("QKV_BIAS", flag(config.biases().queryKeyValue())),
                entry("OUTPUT_BIAS", flag(config.biases().attentionOutput())),
                entry("MLP_BIAS", flag(config.biases().mlp())),
                entry("HEAD_NORM", flag(config.family().queryKeyNorms())));
    }

    private static Map.Entry<String, String> entry(String name, Object value) {
        return Map.entry(name, String.valueOf(value));
    }

    private static String flag(boolean value) {
        return value ? "True" : "False";
    }
}
