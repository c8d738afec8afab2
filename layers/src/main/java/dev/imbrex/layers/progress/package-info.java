/** How a long operation tells what it does, and how it is stopped: {@link Progress}. */
@NullMarked
package dev.imbrex.layers.progress;

import org.jspecify.annotations.NullMarked;
