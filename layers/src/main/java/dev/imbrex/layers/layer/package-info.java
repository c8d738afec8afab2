/**
 * Layers as bytes: the tar codec and the pipelines around it.
 *
 * <p>Start with {@link dev.imbrex.layers.layer.LayerWriter}, which makes a layer out of entries,
 * and {@link dev.imbrex.layers.layer.LayerReader}, which gives the entries back; both compute the
 * layer's identities on the way. {@link dev.imbrex.layers.layer.TarWriter} and {@link
 * dev.imbrex.layers.layer.TarReader} are the codec alone; {@link dev.imbrex.layers.layer.Content}
 * is where the bytes of files come from.
 */
@NullMarked
package dev.imbrex.layers.layer;

import org.jspecify.annotations.NullMarked;
