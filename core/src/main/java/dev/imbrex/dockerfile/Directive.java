package dev.imbrex.dockerfile;

/**
 * A parser directive, {@code # name=value}, at the top of a Dockerfile (SN-B2).
 *
 * @param name the name, in lower case: {@code syntax}, {@code escape} or {@code check}
 * @param value the value, without blanks around it
 * @param range the whole line
 */
public record Directive(String name, String value, SourceRange range) {}
