package dev.kvasir.run;

/**
 * What makes a repeated request one request.
 *
 * @param path of the request
 * @param key the Idempotency-Key, 1 to 255 visible ASCII characters
 * @param bodySha256 of the body as sent, hexadecimal
 */
public record RunKey(String path, String key, String bodySha256) {}
