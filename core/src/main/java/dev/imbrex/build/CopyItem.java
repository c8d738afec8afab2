package dev.imbrex.build;

import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.util.Optional;

/**
 * Something to be put below the destination of a copy.
 *
 * @param path where, counted from where its group goes
 * @param node what, with the attributes it gets
 * @param link the path of another item it is a second name of
 */
record CopyItem(TreePath path, Node node, Optional<TreePath> link) {}
