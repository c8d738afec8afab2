/**
 * What can go wrong with content that comes from outside. {@link
 * dev.imbrex.manifest.error.ImageException} is the one type a caller needs to catch; its subtypes
 * tell the reasons apart.
 */
@NullMarked
package dev.imbrex.manifest.error;

import org.jspecify.annotations.NullMarked;
