package dev.kvasir.graph;

/** The numbers a field may hold. */
enum Range {
    TEMPERATURE("between 0 and 2") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value <= 2;
        }
    },
    SHARE("between 0 and 1") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value <= 1;
        }
    },
    PART("above 0 and at most 1") {
        @Override
        boolean holds(double value) {
            return value > 0 && value <= 1;
        }
    },
    BELOW_ONE("at least 0 and below 1") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value < 1;
        }
    },
    PENALTY("above 0 and at most 2") {
        @Override
        boolean holds(double value) {
            return value > 0 && value <= 2;
        }
    },
    SCALE("between 0 and 10") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value <= 10;
        }
    },
    FACTOR("between 1 and 10") {
        @Override
        boolean holds(double value) {
            return value >= 1 && value <= 10;
        }
    };

    private final String words;

    Range(String words) {
        this.words = words;
    }

    abstract boolean holds(double value);

    String words() {
        return words;
    }
}
