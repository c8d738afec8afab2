package dev.imbrex.examples.maven;

import java.util.List;

/**
 * Files that change together, which is why they are one layer.
 *
 * @param name what the history calls it
 * @param files in the order of their paths in the image
 */
record AppLayer(String name, List<AppFile> files) {}
