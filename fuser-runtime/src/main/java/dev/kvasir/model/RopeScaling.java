package dev.kvasir.model;

import java.util.List;

/** How rotary frequencies are stretched for long contexts. */
public sealed interface RopeScaling {

    /** The frequency to use for pair {@code pair} whose plain frequency is {@code frequency}. */
    double scaled(int pair, double frequency);

    /** Frequencies as they are. */
    record None() implements RopeScaling {
        @Override
        public double scaled(int pair, double frequency) {
            return frequency;
        }
    }

    /** Every frequency divided by the factor. */
    record Linear(double factor) implements RopeScaling {
        @Override
        public double scaled(int pair, double frequency) {
            return frequency / factor;
        }
    }

    /**
     * Llama 3: long waves are stretched, short ones kept, those between blended.
     *
     * @param lowFrequencyFactor waves longer than {@code originalContext / lowFrequencyFactor} are stretched whole
     * @param highFrequencyFactor waves shorter than {@code originalContext / highFrequencyFactor} are kept
     */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, double originalContext)
            implements RopeScaling {
        @Override
        public double scaled(int pair, double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < originalContext / highFrequencyFactor) {
                return frequency;
            }
            if (wavelength > originalContext / lowFrequencyFactor) {
                return frequency / factor;
            }
            double smooth =
                    (originalContext / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    /** One divisor per pair, as GGUF stores Llama 3's scaling in {@code rope_freqs.weight}. */
    record Divisors(List<Float> divisors) implements RopeScaling {

        public Divisors {
            divisors = List.copyOf(divisors);
        }

        @Override
        public double scaled(int pair, double frequency) {
            return frequency / divisors.get(pair);
        }
    }
}
