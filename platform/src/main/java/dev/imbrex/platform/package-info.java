/** Platforms: parse, normalise, print, match, host. Start with {@code Platform}. */
@NullMarked
package dev.imbrex.platform;

import org.jspecify.annotations.NullMarked;
