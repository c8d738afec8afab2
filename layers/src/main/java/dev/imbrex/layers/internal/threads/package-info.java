/** Threads that work for another, and how all of them are stopped. */
@NullMarked
package dev.imbrex.layers.internal.threads;

import org.jspecify.annotations.NullMarked;
