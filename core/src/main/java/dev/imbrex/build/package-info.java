/**
 * Making images. Start with {@link dev.imbrex.build.ImageBuilder}, which builds on an image or on
 * scratch; {@link dev.imbrex.build.LayerBuilder} puts the files of one layer together. {@link
 * dev.imbrex.build.DockerfileBuild} builds from a Dockerfile.
 */
@NullMarked
package dev.imbrex.build;

import org.jspecify.annotations.NullMarked;
