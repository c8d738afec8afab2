/**
 * Manifests and indexes, and the descriptors they are made of. Start with {@link
 * dev.imbrex.manifest.document.Manifest#parse} for a document from outside, with {@link
 * dev.imbrex.manifest.document.ImageManifest#of} for a new one.
 *
 * <p>A document keeps the bytes it was read from. A modified one has new bytes and a new digest,
 * and still everything of the old one that was not meant to change: members nobody here knows, at
 * every level, their order, and numbers as they were written (SN-D10).
 */
@NullMarked
package dev.imbrex.manifest.document;

import org.jspecify.annotations.NullMarked;
