package dev.imbrex.registry;

/**
 * One error as a registry reports it (OCI distribution-spec 1.1, "Error Codes").
 *
 * @param code the code, as {@code MANIFEST_UNKNOWN}; it may be one nobody specified
 * @param message what it says to people; may be empty
 */
public record RegistryError(String code, String message) {}
