package dev.kvasir.agent;

/**
 * Where and how a step was computed.
 *
 * @param device like {@code cpu:0} or {@code cuda:0}; {@code remote} for a provider
 * @param dtype like {@code f32}
 * @param profile {@code exact} or {@code fast}; {@code none} where no local model ran
 */
public record Placement(String device, String dtype, String profile) {}
