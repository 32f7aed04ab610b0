package dev.kvasir.tool;

/**
 * A call as a model asked for it; nothing of it has been checked.
 *
 * @param id tells the calls of one conversation apart
 * @param name of a tool, hopefully
 * @param arguments as the model wrote them: a JSON object, hopefully
 */
public record ToolCall(String id, String name, String arguments) {}
