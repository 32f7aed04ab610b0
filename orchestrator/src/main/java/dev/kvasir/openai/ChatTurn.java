package dev.kvasir.openai;

/**
 * One message of a conversation, its parts joined.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 */
record ChatTurn(String role, String content) {}
