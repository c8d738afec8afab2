/**
 * Images as file systems of {@code java.nio.file}. Start with {@link
 * dev.imbrex.container.ContainerLayer}, an image one can write to, which becomes the next image;
 * {@link dev.imbrex.container.ImageFileSystem} is for reading alone.
 */
@NullMarked
package dev.imbrex.container;

import org.jspecify.annotations.NullMarked;
