package dev.imbrex.image;

import dev.imbrex.manifest.document.Descriptor;

/**
 * A name and what it stands for now.
 *
 * @param name the name as the storage keeps it: mostly a full reference, {@code
 *     docker.io/library/app:1}
 * @param target the image or index it is an alias of
 */
public record Tag(String name, Descriptor target) {}
