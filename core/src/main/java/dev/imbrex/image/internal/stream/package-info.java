/** Streams that packages of this module share. Not exported. */
@NullMarked
package dev.imbrex.image.internal.stream;

import org.jspecify.annotations.NullMarked;
