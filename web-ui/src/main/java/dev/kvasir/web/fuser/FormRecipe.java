package dev.kvasir.web.fuser;

import java.math.BigDecimal;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The recipe that a filled-in form stands for: what is usual for short runs, as {@code kvasir fuser train} takes it. */
final class FormRecipe {

    private FormRecipe() {}

    /** What is no number goes into the recipe as it was written, and is refused there by its name. */
    static String json(FusersPage.Values values) {
        ObjectNode recipe = JsonNodeFactory.instance.objectNode();
        recipe.put("sharer", values.sharer()).put("receiver", values.receiver()).put("fuser", values.fuser());
        recipe.putObject("data").put("file", values.file());
        ObjectNode shape = recipe.putObject("shape");
        number(shape, "hidden", values.hidden());
        number(shape, "intermediate", values.hidden());
        shape.put("gateStart", 1).put("start", "standardised").put("alignment", "span");
        number(recipe.putObject("optimiser"), "learningRate", values.learningRate());
        ObjectNode pace = recipe.putObject("pace");
        number(pace, "epochs", values.epochs());
        number(pace, "batch", values.batch());
        pace.put("evaluateEvery", 20);
        return recipe.toString();
    }

    private static void number(ObjectNode part, String key, String text) {
        try {
            BigDecimal number = new BigDecimal(text.strip());
            if (number.scale() <= 0) {
                part.put(key, number.intValueExact());
            } else {
                part.put(key, number.doubleValue());
            }
        } catch (ArithmeticException | NumberFormatException unreadable) {
            part.put(key, text);
        }
    }
}
