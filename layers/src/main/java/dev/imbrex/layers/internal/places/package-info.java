/** Places that stay open while many files below them are read: {@link OpenPlaces}. */
@NullMarked
package dev.imbrex.layers.internal.places;

import org.jspecify.annotations.NullMarked;
