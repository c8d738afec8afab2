package dev.imbrex.examples.maven;

import java.nio.file.Path;

/**
 * A file of the project and its place in the image.
 *
 * @param source where it is
 * @param target its absolute path in the image
 */
record AppFile(Path source, String target) {}
