/**
 * The calls to a file system that the engine needs: relative to an open directory, on names of
 * bytes, without following links. {@link FileCalls} is where to begin; one provider stands on
 * {@code java.nio} alone and works everywhere, one on the calls of the operating system.
 */
@NullMarked
package dev.imbrex.layers.internal.calls;

import org.jspecify.annotations.NullMarked;
