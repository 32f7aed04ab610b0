package dev.kvasir.fuser;

/**
 * What is fused into one receiver layer.
 *
 * @param sharerLayer whose keys and values are read
 * @param layerFuser which layer fuser of the checkpoint projects them
 */
public record LayerLink(int sharerLayer, int layerFuser) {}
