/**
 * Identities of content. {@link dev.imbrex.manifest.digest.Digest} is of bytes as stored, {@link
 * dev.imbrex.manifest.digest.DiffId} of an uncompressed layer, {@link
 * dev.imbrex.manifest.digest.ChainId} of a stack of layers; the compiler keeps them apart.
 */
@NullMarked
package dev.imbrex.manifest.digest;

import org.jspecify.annotations.NullMarked;
