package dev.kvasir.tool;

/** An object of the application whose methods with {@link ToolFunction} agents may call. Its methods are called by several threads. */
public interface ToolFunctions {}
