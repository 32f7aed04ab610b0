package dev.kvasir.agent;

import java.nio.file.Path;

/**
 * A fuser on this machine.
 *
 * @param path a checkpoint folder
 * @param sharer the name of the model it reads
 * @param receiver the name of the model it writes
 * @param digest SHA-256 of its weights, hexadecimal
 */
public record FuserEntry(String name, Path path, String sharer, String receiver, String digest) {}
