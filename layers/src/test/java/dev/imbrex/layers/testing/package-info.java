/** What tests of several packages share. */
@NullMarked
package dev.imbrex.layers.testing;

import org.jspecify.annotations.NullMarked;
