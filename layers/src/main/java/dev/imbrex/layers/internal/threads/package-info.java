/** What holds wherever a thread works for another: {@link Interruption}. */
@NullMarked
package dev.imbrex.layers.internal.threads;

import org.jspecify.annotations.NullMarked;
