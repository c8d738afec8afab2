/**
 * File trees as immutable values, and what turns one into another.
 *
 * <p>Start with {@link dev.imbrex.layers.tree.TreePath}, {@link dev.imbrex.layers.tree.Node} and
 * {@link dev.imbrex.layers.tree.LayerEntry}: the words in which a layer speaks about a tree. Names,
 * link targets and extended attributes are byte strings throughout.
 */
@NullMarked
package dev.imbrex.layers.tree;

import org.jspecify.annotations.NullMarked;
