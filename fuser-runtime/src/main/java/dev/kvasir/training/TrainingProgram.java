package dev.kvasir.training;

/**
 * The arithmetic of fuser training as a TorchScript class body, dtype-agnostic.
 *
 * <p>It holds a plain, differentiable twin of the decoder (caches grow by concatenation; nothing is written in place), the
 * layer fuser with its Gumbel gates and dropout, the loss over a whole sectioned prompt, and torch's AdamW. Lists of
 * weights are flat, in the order of {@link FrozenDecoder} and {@link FuserParameters}.
 *
 * <p>{@code gradients} must run with the graph executor's optimisation off: its own differentiation gives gradients that
 * are off by percents from the second call on.
 */
final class TrainingProgram {

    /** Methods {@code prefill}, {@code loss}, {@code gradients}, {@code accumulate} and {@code update}. */
    static final String SOURCE = """
            def norm(self, x: Tensor, weight: Tensor, eps: float, offset: float) -> Tensor:
              return (x * torch.rsqrt(torch.mean(x * x, [-1], True) + eps)) * (weight + offset)
            def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              half = torch.size(x, -1) // 2
              turned = torch.cat([-torch.slice(x, -1, half), torch.slice(x, -1, 0, half)], -1)
              return x * cos + turned * sin
            def heads(self, x: Tensor, count: int) -> Tensor:
              b, t = torch.size(x, 0), torch.size(x, 1)
              return torch.transpose(torch.view(x, [b, t, count, -1]), 1, 2)
            def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor,
                  scale: float) -> Tensor:
              b, h, t, d = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2), torch.size(q, 3)
              kv = torch.size(k, 1)
              grouped = torch.reshape(q, [b, kv, h // kv, t, d])
              scores = torch.matmul(grouped * scale, torch.transpose(torch.unsqueeze(k, 2), -1, -2))
              scores = scores + torch.unsqueeze(mask, 1)
              mixed = torch.matmul(torch.softmax(scores, -1), torch.unsqueeze(v, 2))
              return torch.reshape(torch.transpose(torch.reshape(mixed, [b, h, t, d]), 1, 2), [b, t, h * d])
            def decode(self, ids: Tensor, ropes: List[Tensor], masks: List[Tensor],
                  pastKeys: List[Tensor], pastValues: List[Tensor], weights: List[Tensor], shape: List[int],
                  reals: Tensor) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
              layers, h, kv, bias, qkNorm, gemma = shape[0], shape[1], shape[2], shape[3], shape[4], shape[5]
              eps, scale = float(reals[0]), float(reals[1])
              embeddingScale, offset = float(reals[2]), float(reals[3])
              keys = annotate(List[Tensor], [])
              values = annotate(List[Tensor], [])
              x = torch.embedding(weights[0], ids) * embeddingScale
              i = 1
              for l in range(layers):
                kind = shape[6 + l]
                cos, sin = ropes[2 * kind], ropes[2 * kind + 1]
                y = self.norm(x, weights[i], eps, offset)
                q = torch.linear(y, weights[i + 1])
                k = torch.linear(y, weights[i + 2])
                v = torch.linear(y, weights[i + 3])
                i = i + 4
                if bias == 1:
                  q = q + weights[i]
                  k = k + weights[i + 1]
                  v = v + weights[i + 2]
                  i = i + 3
                q, k, v = self.heads(q, h), self.heads(k, kv), self.heads(v, kv)
                if qkNorm == 1:
                  q = self.norm(q, weights[i], eps, offset)
                  k = self.norm(k, weights[i + 1], eps, offset)
                  i = i + 2
                q, k = self.rotate(q, cos, sin), self.rotate(k, cos, sin)
                keys.append(k)
                values.append(v)
                if torch.len(pastKeys) > 0:
                  k = torch.cat([pastKeys[l], k], 2)
                  v = torch.cat([pastValues[l], v], 2)
                a = torch.linear(self.attend(q, k, v, masks[kind], scale), weights[i])
                if gemma == 1:
                  a = self.norm(a, weights[i + 1], eps, offset)
                  i = i + 1
                x = x + a
                y = self.norm(x, weights[i + 1], eps, offset)
                gate = torch.linear(y, weights[i + 2])
                if gemma == 1:
                  gate = torch.gelu(gate, approximate="tanh")
                else:
                  gate = torch.silu(gate)
                y = torch.linear(gate * torch.linear(y, weights[i + 3]), weights[i + 4])
                i = i + 5
                if gemma == 1:
                  y = self.norm(y, weights[i], eps, offset)
                  i = i + 1
                x = x + y
              return (self.norm(x, weights[i], eps, offset), keys, values)
            def block(self, x: Tensor, p: List[Tensor], i: int, keeps: List[Tensor], at: int,
                  kept: float) -> Tensor:
              y = torch.linear(torch.gelu(torch.linear(self.norm(x, p[i], 1e-06, 0.), p[i + 1])), p[i + 2])
              if kept < 1.:
                y = y * keeps[at] / kept
              return x + y
            def fuse(self, sharer: Tensor, receiver: Tensor, p: List[Tensor], i: int,
                  blocks: int, uniform: Tensor, temperature: float, keeps: List[Tensor], at: int,
                  kept: float, scales: List[Tensor], scaled: int) -> Tensor:
              b, h, n, d = torch.size(receiver, 0), torch.size(receiver, 1), torch.size(receiver,
                    2), torch.size(receiver, 3)
              fromSharer = torch.reshape(torch.transpose(sharer, 1, 2), [b, n, -1])
              own = torch.reshape(torch.transpose(receiver, 1, 2), [b, n, -1])
              if torch.len(scales) > 0:
                fromSharer = (fromSharer - scales[scaled]) / scales[scaled + 1]
                own = (own - scales[scaled + 2]) / scales[scaled + 3]
              z = torch.linear(torch.cat([fromSharer, own], -1), p[i + 1], p[i + 2])
              z = self.block(z, p, i + 3, keeps, at, kept)
              w = self.block(z, p, i + 6, keeps, at + 1, kept)
              w = torch.sigmoid(torch.linear(w, p[i + 9], p[i + 10]))
              y = z
              for j in range(blocks):
                y = self.block(y, p, i + 11 + 3 * j, keeps, at + 2 + j, kept)
              last = i + 11 + 3 * blocks
              y = self.heads(torch.linear(y, p[last], p[last + 1]), h)
              if torch.len(scales) > 0:
                y = y * scales[scaled + 4]
              weight = torch.unsqueeze(torch.transpose(w, 1, 2), -1)
              if temperature > 0.:
                noise = -torch.log(-torch.log(uniform + 1e-20) + 1e-20)
                gate = torch.sigmoid((p[i] + noise) / temperature)
              else:
                gate = torch.gt(p[i], 0).to(y.dtype)
              return receiver + gate * weight * y
            def loss(self, ids: List[Tensor], ropes: List[Tensor], masks: List[Tensor],
                  fused: List[int], ownKeys: List[Tensor], ownValues: List[Tensor],
                  sharerKeys: List[Tensor], sharerValues: List[Tensor], uniforms: List[Tensor],
                  keeps: List[Tensor], rows: Tensor, targets: Tensor, weights: List[Tensor], shape: List[int], reals: Tensor, p: List[Tensor], blocks: int,
                  temperature: float, kept: float, scales: List[Tensor]) -> Tensor:
              layers = shape[0]
              kinds = torch.floordiv(torch.len(masks), torch.len(ids))
              stack = 13 + 3 * blocks
              keys = annotate(List[Tensor], [])
              values = annotate(List[Tensor], [])
              hidden = weights[0]
              call = 0
              constant = torch.floordiv(torch.len(ownKeys), layers)
              for s in range(torch.len(fused)):
                newKeys = torch.slice(ownKeys, layers * s, layers * (s + 1))
                newValues = torch.slice(ownValues, layers * s, layers * (s + 1))
                if s >= constant:
                  r = s - constant
                  hidden, newKeys, newValues = self.decode(ids[r], torch.slice(ropes, 2 * kinds * r,
                        2 * kinds * (r + 1)), torch.slice(masks, kinds * r, kinds * (r + 1)), keys, values,
                        weights, shape, reals)
                for l in range(layers):
                  k, v = newKeys[l], newValues[l]
                  if fused[s] == 1:
                    k = self.fuse(sharerKeys[call], k, p, 2 * stack * l, blocks, uniforms[2 * call],
                          temperature, keeps, 2 * (2 + blocks) * call, kept, scales, 10 * l)
                    v = self.fuse(sharerValues[call], v, p, 2 * stack * l + stack, blocks,
                          uniforms[2 * call + 1], temperature, keeps, 2 * (2 + blocks) * call + 2 + blocks,
                          kept, scales, 10 * l + 5)
                    call = call + 1
                  if torch.eq(s, 0):
                    keys.append(k)
                    values.append(v)
                  else:
                    keys[l] = torch.cat([keys[l], k], 2)
                    values[l] = torch.cat([values[l], v], 2)
              flat = torch.index_select(torch.reshape(hidden, [-1, torch.size(hidden, -1)]), 0, rows)
              logits = torch.linear(flat, weights[-1])
              return torch.cross_entropy_loss(logits, targets)
            def gradients(self, ids: List[Tensor], ropes: List[Tensor], masks: List[Tensor],
                  fused: List[int], ownKeys: List[Tensor], ownValues: List[Tensor],
                  sharerKeys: List[Tensor], sharerValues: List[Tensor], uniforms: List[Tensor],
                  keeps: List[Tensor], rows: Tensor, targets: Tensor, weights: List[Tensor], shape: List[int], reals: Tensor, parameters: List[Tensor],
                  blocks: int, temperature: float, kept: float, scales: List[Tensor]) -> List[Tensor]:
              p = annotate(List[Tensor], [])
              for parameter in parameters:
                p.append(torch.requires_grad_(torch.detach(parameter), True))
              loss = self.loss(ids, ropes, masks, fused, ownKeys, ownValues, sharerKeys, sharerValues,
                    uniforms, keeps, rows, targets, weights, shape, reals, p, blocks, temperature, kept, scales)
              found = annotate(List[Tensor], [torch.detach(loss)])
              gradients = torch.grad([loss], p, None, None, False, True)
              for i in range(torch.len(p)):
                gradient = gradients[i]
                if torch.__is__(gradient, None):
                  found.append(torch.zeros_like(p[i]))
                else:
                  found.append(unchecked_cast(Tensor, gradient))
              return found
            def prefill(self, ids: Tensor, ropes: List[Tensor], masks: List[Tensor],
                  past: List[Tensor], weights: List[Tensor], shape: List[int], reals: Tensor) -> List[Tensor]:
              layers = torch.len(past) // 2
              hidden, keys, values = self.decode(ids, ropes, masks, torch.slice(past, 0, layers),
                    torch.slice(past, layers), weights, shape, reals)
              cache = annotate(List[Tensor], [])
              for part in keys + values:
                cache.append(torch.contiguous(part))
              return cache
            def accumulate(self, sums: List[Tensor], gradients: List[Tensor],
                  share: float) -> Tensor:
              for i in range(torch.len(sums)):
                _0 = torch.add_(sums[i], gradients[i], alpha=share)
              return sums[0]
            def update(self, parameters: List[Tensor], gradients: List[Tensor],
                  firsts: List[Tensor], seconds: List[Tensor], size: float, root: float, shrink: float,
                  maxNorm: float) -> Tensor:
              norms = annotate(List[Tensor], [])
              for gradient in gradients:
                norms.append(torch.linalg_vector_norm(gradient))
              norm = torch.linalg_vector_norm(torch.stack(norms))
              factor = torch.clamp(torch.reciprocal(norm + 1e-06) * maxNorm, None, 1.)
              for i in range(torch.len(parameters)):
                g = gradients[i] * factor
                first, second = firsts[i], seconds[i]
                _0 = torch.mul_(parameters[i], shrink)
                _1 = torch.lerp_(first, g, 0.1)
                _2 = torch.addcmul_(torch.mul_(second, 0.999), g, g, value=0.001)
                _3 = torch.addcdiv_(parameters[i], first, torch.sqrt(second) / root + 1e-08, value=-size)
              return norm
            """;

    private TrainingProgram() {}
}
