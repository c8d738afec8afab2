package dev.imbrex.layers.tree;

/** Where the parents of a layer's entries are looked for (LC-B31). */
public enum Resolution {
  /**
   * In the tree as it is when the entry comes: a symbolic link that the lower tree has as a parent
   * is followed. So do engines that extract layers one upon another into one directory.
   */
  FLAT,
  /**
   * In what the layer itself has put so far, as engines do that extract each layer into a directory
   * of its own and have the kernel lay them upon another. A parent without an entry becomes a
   * directory, and hides a symbolic link, or anything else but a directory, that the lower tree has
   * there; also if only a whiteout needs it. A directory of the lower tree keeps its attributes. A
   * hard link to a file that the same layer does not have before it is an error.
   */
  OVERLAY
}
