package dev.imbrex.dockerfile;

/**
 * A name with its value, in {@code ENV} and {@code LABEL}, as they stand: neither quotes nor
 * variables are resolved.
 *
 * @param name the part before the equals sign
 * @param value the part behind it; may be empty
 */
public record NameValue(String name, String value) {}
