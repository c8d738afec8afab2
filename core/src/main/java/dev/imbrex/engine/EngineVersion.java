package dev.imbrex.engine;

/**
 * What an engine says of itself.
 *
 * @param apiVersion the newest version of the API it speaks, as {@code 1.41}; empty if it does not
 *     say
 * @param os the operating system its images are for; empty if it does not say
 */
public record EngineVersion(String apiVersion, String os) {}
