package dev.kvasir.model.template;

import java.math.BigDecimal;

/** Arithmetic as Python does it, on 64-bit integers and doubles. */
final class Numbers {

    private Numbers() {}

    /** Booleans count as 0 and 1. */
    static boolean isNumber(Value value) {
        return value instanceof Value.Whole || value instanceof Value.Real || value instanceof Value.Bool;
    }

    private static boolean isWhole(Value value) {
        return value instanceof Value.Whole || value instanceof Value.Bool;
    }

    private static long whole(Value value) {
        return value instanceof Value.Whole(long n) ? n : value.equals(Value.TRUE) ? 1 : 0;
    }

    static double real(Value value) {
        return value instanceof Value.Real(double d) ? d : whole(value);
    }

    static int compare(Value left, Value right) {
        return isWhole(left) && isWhole(right)
                ? Long.compare(whole(left), whole(right))
                : Double.compare(real(left) + 0.0, real(right) + 0.0);
    }

    static Value calculate(String operator, Value left, Value right, Budget budget) {
        if (!isNumber(left) || !isNumber(right)) {
            throw budget.failed(
                    "'%s' does not go with %s and %s".formatted(operator, Operators.kind(left), Operators.kind(right)));
        }
        try {
            return isWhole(left) && isWhole(right)
                    ? calculate(operator, whole(left), whole(right), budget)
                    : new Value.Real(calculate(operator, real(left), real(right), budget));
        } catch (ArithmeticException e) {
            throw budget.failed("%s %s %s is too large".formatted(whole(left), operator, whole(right)));
        }
    }

    private static Value calculate(String operator, long a, long b, Budget budget) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw budget.failed("division by zero");
        }
        return switch (operator) {
            case "+" -> Value.of(Math.addExact(a, b));
            case "-" -> Value.of(Math.subtractExact(a, b));
            case "*" -> Value.of(Math.multiplyExact(a, b));
            case "/" -> new Value.Real((double) a / b);
            case "//" -> Value.of(Math.floorDivExact(a, b));
            case "%" -> Value.of(Math.floorMod(a, b));
            case "**" -> power(a, b);
            default -> throw budget.failed("there is no operator '%s'".formatted(operator));
        };
    }

    private static double calculate(String operator, double a, double b, Budget budget) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw budget.failed("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            case "**" -> Math.pow(a, b);
            default -> throw budget.failed("there is no operator '%s'".formatted(operator));
        };
    }

    private static Value power(long base, long exponent) {
        if (exponent < 0) {
            return new Value.Real(Math.pow((double) base, (double) exponent));
        }
        if (exponent > Long.SIZE && Math.abs(base) > 1) {
            throw new ArithmeticException("beyond 64 bits");
        }
        long parity = exponent & 1;
        return Value.of(Math.powExact(base, (int) (exponent > Long.SIZE ? Long.SIZE + parity : exponent)));
    }

    static Value negate(Value value, Budget budget) {
        return switch (value) {
            case Value.Real(double d) -> new Value.Real(-d);
            default -> calculate("-", Value.of(0), value, budget);
        };
    }

    /** As Python prints a float: the shortest digits that read back, with an exponent only far from 1. */
    static String print(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = shortest.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return "%s%s%se%s%02d"
                .formatted(
                        value < 0 ? "-" : "",
                        digits.substring(0, 1),
                        fraction,
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }
}
