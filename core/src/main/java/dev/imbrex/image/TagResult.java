package dev.imbrex.image;

import dev.imbrex.manifest.document.Descriptor;
import java.util.Optional;

/**
 * What became of a {@link TagUpdate}.
 *
 * @param name the name
 * @param applied whether the condition held and the name now stands for the target
 * @param previous what the name stood for before; with {@code applied} false, what it still stands
 *     for
 */
public record TagResult(String name, boolean applied, Optional<Descriptor> previous) {}
