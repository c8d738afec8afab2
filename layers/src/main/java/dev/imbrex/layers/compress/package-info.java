/**
 * Compression of layers: which one a stream has, and streams in both directions.
 *
 * <p>Start with {@link dev.imbrex.layers.compress.Compression} and {@link
 * dev.imbrex.layers.compress.DecompressingInputStream}.
 */
@NullMarked
package dev.imbrex.layers.compress;

import org.jspecify.annotations.NullMarked;
