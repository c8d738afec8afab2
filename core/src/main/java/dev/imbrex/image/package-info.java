/**
 * Images as values, the store that holds them, and the port a storage implements.
 *
 * <p>Start with {@link dev.imbrex.image.ImageStore}, which finds, tags, relates and deletes images
 * on any {@link dev.imbrex.image.Storage}, and with {@link dev.imbrex.image.Image}. To keep images
 * somewhere new, implement {@link dev.imbrex.image.Storage}.
 */
@NullMarked
package dev.imbrex.image;

import org.jspecify.annotations.NullMarked;
