package dev.kvasir.grammar;

/**
 * Why a schema cannot be forced on a reply.
 *
 * @param pointer JSON pointer into the schema
 * @param detail a sentence that names the keyword and says how to mend it
 */
public record SchemaFault(String pointer, String detail) {}
