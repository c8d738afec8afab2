/**
 * The names of images. Start with {@link dev.imbrex.manifest.reference.Reference#parse}, which
 * reads what a person types, and {@link dev.imbrex.manifest.reference.Repository}, the name without
 * tag and digest.
 */
@NullMarked
package dev.imbrex.manifest.reference;

import org.jspecify.annotations.NullMarked;
