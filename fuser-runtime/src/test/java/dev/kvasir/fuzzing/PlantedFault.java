package dev.kvasir.fuzzing;

/** A reader with a fault that only looking at the ways taken finds in time: it would take 2^40 blind tries. */
public final class PlantedFault {

    private PlantedFault() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 4 && input[0] == 'f' && input[1] == 'a' && input[2] == 'u' && input[3] == 'l') {
            if (input[4] == 't') {
                throw new IllegalStateException("planted");
            }
        }
    }
}
