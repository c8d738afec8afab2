/** Trees on a disk: a directory read as a tree, and a tree or layers written to a directory. */
@NullMarked
package dev.imbrex.layers.disk;

import org.jspecify.annotations.NullMarked;
