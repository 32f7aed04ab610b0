package dev.kvasir.tool;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a tool, {@code java:<name>}. Its parameters are told to models by their Java names; strings, numbers, booleans,
 * enums, records and lists of these will do. What it returns is told as text, or as JSON where it is no string.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ToolFunction {

    /** What it does, for models to read. */
    String value();

    /** The method's name where it is empty. */
    String name() default "";
}
