package dev.kvasir.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Where codes are read to; each buffer's position advances.
 *
 * @param codes little-endian
 * @param scales one a group, nothing where the layout has none
 * @param minimums one a group, nothing where the layout has none
 */
public record CodeTarget(ByteBuffer codes, FloatBuffer scales, FloatBuffer minimums) {}
