/**
 * Layers as bytes: the tar codec and the pipelines around it.
 *
 * <p>Start with {@link dev.imbrex.layers.layer.LayerWriter}, which makes a layer out of entries and
 * computes its identities on the way; {@link dev.imbrex.layers.layer.Content} is where the bytes of
 * its files come from.
 */
@NullMarked
package dev.imbrex.layers.layer;

import org.jspecify.annotations.NullMarked;
