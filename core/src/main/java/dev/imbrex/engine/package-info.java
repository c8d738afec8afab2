/**
 * A Docker engine as a place to bring images to and to get them from. Start with {@link
 * dev.imbrex.engine.DockerEngine}.
 */
@NullMarked
package dev.imbrex.engine;

import org.jspecify.annotations.NullMarked;
