package dev.kvasir.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TorchDeviceTest {

    @Test
    void aDeviceIsTheProcessorOrANumberedGpu() {
        assertThat(TorchDevice.cuda(1).name()).isEqualTo("cuda:1");
        assertThat(TorchDevice.CPU.isCpu()).isTrue();
        assertThatThrownBy(() -> new TorchDevice("gpu"))
                .hasMessage("There is no device 'gpu'; write cpu, or cuda: and a number, such as cuda:0.");
    }

    @Test
    void aScopeMakesItsTensorsOnItsDeviceAndItsChildrenDoToo() {
        try (TorchProgram program = TorchProgram.compile("""
                        def is_meta(self, x: Tensor) -> Tensor:
                          return torch.tensor(x.device.type == "meta", dtype=4)
                        """);
                TensorScope meta = TensorScope.root(TorchDevice.META);
                TensorScope cpu = meta.child(TorchDevice.CPU)) {
            for (Tensor there : new Tensor[] {
                meta.zeros(ElementType.F32, 2, 3),
                meta.floats(new float[] {1, 2}, 2),
                meta.child().longs(new long[] {1, 2}, 2),
                meta.move(cpu.floats(new float[] {1}, 1))
            }) {
                assertThat(program.run(cpu, "is_meta", there).getFirst().toLongs())
                        .containsExactly(1);
            }
            Tensor here = cpu.floats(new float[] {1, 2}, 2);
            assertThat(program.run(cpu, "is_meta", here).getFirst().toLongs()).containsExactly(0);
        }
    }

    @Test
    void whatDoesNotLieOnTheProcessorHasNoMemoryHere() {
        try (TensorScope meta = TensorScope.root(TorchDevice.META)) {
            Tensor there = meta.zeros(ElementType.F32, 2);
            assertThatThrownBy(there::memory).hasMessageContaining("move it to the processor");
        }
    }

    @Test
    void aProgramThatMakesSomethingOnTheProcessorFailsOnShapesWithoutNumbers() {
        try (TorchProgram program = TorchProgram.compile("""
                        def add_here(self, x: Tensor) -> Tensor:
                          return torch.add(x, torch.zeros([2]))
                        """);
                TensorScope meta = TensorScope.root(TorchDevice.META)) {
            Tensor x = meta.zeros(ElementType.F32, 2);
            assertThatThrownBy(() -> program.run(meta, "add_here", x))
                    .isInstanceOf(TorchProgramException.class)
                    .hasMessageContaining("device");
        }
    }
}
