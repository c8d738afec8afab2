/**
 * Image configs: what an image runs, what it is made of, and how it came to be (OCI image-spec 1.1,
 * "Image Configuration"). Start with {@link dev.imbrex.manifest.config.ImageConfig}; {@link
 * dev.imbrex.manifest.config.HistoryTable} prints a history for people.
 */
@NullMarked
package dev.imbrex.manifest.config;

import org.jspecify.annotations.NullMarked;
