package dev.kvasir.fuser;

import dev.kvasir.torch.TorchProgram;

/**
 * The arithmetic of a layer fuser; it computes in the element type of what it is given.
 *
 * <p>C2C (arXiv:2510.03215), section 3.3. One side (keys or values) of one layer: sharer and receiver features of a token
 * enter a common block; from there one branch projects to the receiver's features, the other gives a weight per KV head:
 * {@code receiver + gate * weight * projected}. A gate of 32-bit floats lifts that last step over 16-bit models, so that
 * it is rounded once, when written to a cache.
 *
 * <p>{@code project} takes a side's parameters in the order of {@link LayerFuserShape#side} and gives what the sharer adds,
 * {@code [batch, heads, n, headDim]}, and its weights {@code [batch, heads, n, 1]}; {@code project_all} does so for many sides,
 * whose parameters follow one another. {@code add_all} gives what is fused, and in its last tensor for each side whether all of it is
 * finite and its mean weight. {@code training_gate} draws a gate from
 * uniform numbers, at a temperature.
 */
final class LayerFuserProgram {

    private static final String SOURCE = """
            def block(self, x: Tensor, p: List[Tensor], i: int) -> Tensor:
              y = torch.rms_norm(x, [torch.size(x, -1)], p[i], 1e-06)
              return x + torch.linear(torch.gelu(torch.linear(y, p[i + 1])), p[i + 2])
            def flat(self, x: Tensor) -> Tensor:
              return torch.flatten(torch.transpose(x, 1, 2), 2)
            def heads(self, x: Tensor, heads: int) -> Tensor:
              return torch.transpose(torch.reshape(x, [torch.size(x, 0), torch.size(x, 1), heads, -1]), 1, 2)
            def project(self, sharer: Tensor, receiver: Tensor, p: List[Tensor], reads_receiver: bool) -> List[Tensor]:
              heads = torch.size(receiver, 1)
              blocks = torch.floordiv(torch.len(p) - 13, 3)
              x = self.flat(sharer)
              if reads_receiver:
                x = torch.cat([x, self.flat(receiver)], -1)
              z = self.block(torch.linear(x, p[1], p[2]), p, 3)
              weight = torch.sigmoid(self.heads(torch.linear(self.block(z, p, 6), p[9], p[10]), heads))
              for j in range(blocks):
                z = self.block(z, p, 11 + 3 * j)
              last = 11 + 3 * blocks
              return [self.heads(torch.linear(z, p[last], p[last + 1]), heads), weight]
            def add(self, receiver: Tensor, projected: Tensor, weight: Tensor, gate: Tensor, scale: float) -> Tensor:
              return receiver + gate * (weight * scale) * projected
            def project_all(self, sharer: List[Tensor], receiver: List[Tensor], p: List[Tensor], counts: List[int], reads_receiver: List[int], weighted: List[int]) -> List[Tensor]:
              out = annotate(List[Tensor], [])
              at = 0
              for i in range(torch.len(sharer)):
                side = torch.slice(p, at, at + counts[i], 1)
                both = self.project(sharer[i], receiver[i], side, torch.ne(reads_receiver[i], 0))
                weight = both[1]
                if torch.eq(weighted[i], 0):
                  weight = torch.ones_like(weight)
                out = torch.append(out, both[0])
                out = torch.append(out, weight)
                at = at + counts[i]
              return out
            def add_all(self, own: List[Tensor], projected: List[Tensor], gates: List[Tensor], plain: List[int], scale: float) -> List[Tensor]:
              out = annotate(List[Tensor], [])
              checks = annotate(List[Tensor], [])
              for i in range(torch.len(own)):
                fused = projected[2 * i]
                weight = projected[2 * i + 1]
                if torch.eq(plain[i], 0):
                  fused = self.add(own[i], fused, weight, gates[i], scale)
                out = torch.append(out, fused)
                checks = torch.append(checks, torch.to(torch.all(torch.isfinite(fused)), 7))
                checks = torch.append(checks, torch.mean(torch.to(weight, 7)))
              out = torch.append(out, torch.stack(checks))
              return out
            def sum(self, x: Tensor, y: Tensor) -> Tensor:
              return x + y
            def difference(self, x: Tensor, y: Tensor) -> Tensor:
              return x - y
            def ones_like(self, x: Tensor) -> Tensor:
              return torch.ones_like(x)
            def positions(self, x: Tensor, start: int, end: int) -> Tensor:
              return torch.slice(x, 2, start, end)
            def cast(self, x: Tensor, type: int) -> Tensor:
              return torch.to(x, type)
            def training_gate(self, logit: Tensor, uniform: Tensor, temperature: Tensor) -> Tensor:
              noise = -torch.log(-torch.log(uniform + 1e-20) + 1e-20)
              return torch.sigmoid((logit + noise) / temperature)
            def tokens(self, x: Tensor) -> Tensor:
              return torch.squeeze(self.flat(x), 0)
            def effective_rank(self, x: Tensor) -> Tensor:
              values = torch.linalg_svdvals(torch.to(x, 7))
              shares = values / torch.sum(values)
              return torch.exp(torch.sum(torch.special_entr(shares)))
            """;

    /** Lives as long as the process. */
    static final TorchProgram PROGRAM = TorchProgram.compile(SOURCE);

    private LayerFuserProgram() {}
}
