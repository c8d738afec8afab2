package dev.imbrex.image;

import dev.imbrex.manifest.document.Descriptor;
import java.util.Optional;

/**
 * A top-level entry of a storage.
 *
 * @param name the name it goes by; empty for content that was put there under no name
 * @param target what it stands for: a manifest or an index, or content of another kind
 */
public record StorageEntry(Optional<String> name, Descriptor target) {}
