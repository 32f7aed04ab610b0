package dev.kvasir.inquiry;

/**
 * One thing that is wrong with an inquiry.
 *
 * @param pointer JSON pointer to the key; empty for the whole
 * @param rule a sentence without its stop, which names the key, what it may be and what it is
 */
public record InquiryFault(String pointer, String rule) {}
