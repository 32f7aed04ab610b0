package dev.kvasir.cache;

import dev.kvasir.torch.TorchProgram;

/** The arithmetic of {@link CacheCodec}, and plain copies of what a cache holds. */
final class CodecProgram {

    /** Lives as long as the process. */
    static final TorchProgram PROGRAM = TorchProgram.compile("""
            def steps(self, x: Tensor, levels: float, smallest: float) -> Tensor:
              # a step below the smallest normal number would be lost where such numbers are flushed to zero
              return torch.clamp_min(torch.amax(torch.abs(x), [-1], True) / levels, smallest)
            def count(self, x: Tensor, steps: Tensor, levels: float) -> Tensor:
              return torch.clamp(torch.round(x / steps), -levels, levels)
            def encode_int8(self, vectors: Tensor, type: int, levels: float, smallest: float) -> List[Tensor]:
              x = torch.to(vectors, type)
              steps = self.steps(x, levels, smallest)
              return [torch.contiguous(torch.to(self.count(x, steps, levels), 1)), torch.contiguous(torch.squeeze(steps, -1))]
            def encode_int4(self, vectors: Tensor, type: int, levels: float, smallest: float) -> List[Tensor]:
              x = torch.to(vectors, type)
              steps = self.steps(x, levels, smallest)
              halves = torch.to(self.count(x, steps, levels) + 8, 0)
              odd = torch.remainder(torch.size(halves, -1), 2)
              if odd == 1:
                halves = torch.constant_pad_nd(halves, [0, 1], 8)
              low = torch.slice(halves, -1, 0, 9223372036854775807, 2)
              high = torch.slice(halves, -1, 1, 9223372036854775807, 2)
              return [torch.contiguous(torch.bitwise_or(low, torch.mul(high, 16))), torch.contiguous(torch.squeeze(steps, -1))]
            def decode_int8(self, values: Tensor, steps: Tensor, width: int, type: int) -> Tensor:
              return torch.to(torch.mul(torch.to(values, steps.dtype), torch.unsqueeze(steps, -1)), type)
            def decode_int4(self, values: Tensor, steps: Tensor, width: int, type: int) -> Tensor:
              low = torch.bitwise_and(values, 15)
              high = torch.bitwise_right_shift(values, 4)
              both = torch.flatten(torch.stack([low, high], -1), -2)
              counts = torch.to(torch.slice(both, -1, 0, width, 1), steps.dtype) - 8
              return torch.to(torch.mul(counts, torch.unsqueeze(steps, -1)), type)
            def copy(self, x: Tensor) -> Tensor:
              return torch.contiguous(x)
            """);

    private CodecProgram() {}
}
