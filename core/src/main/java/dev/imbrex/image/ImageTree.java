package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.util.List;

/**
 * The images of a store as a tree: each below the one it was made from, or whose layers it begins
 * with, back to scratch (SN-H6). Roots and children are ordered by name, then by digest.
 *
 * @param roots the images that stand on nothing but scratch
 */
public record ImageTree(List<Node> roots) {
  /** Copies the roots. */
  public ImageTree {
    roots = List.copyOf(roots);
  }

  /**
   * An image in the tree. It shows what the image adds to the one above it, so that no shared layer
   * is shown twice.
   *
   * @param image the digest of its manifest
   * @param id its image id
   * @param names the names that stand for it, in order
   * @param platform what it runs on, printed
   * @param linked whether a parent link put it here, and not the likeness of its layers
   * @param addedLayers the number of layers beyond those of the image above
   * @param addedContent bytes of file content in these layers
   * @param step whether it has no name and only exists on the way to other images
   * @param children the images made from this one
   */
  public record Node(
      Digest image,
      Digest id,
      List<String> names,
      String platform,
      boolean linked,
      int addedLayers,
      long addedContent,
      boolean step,
      List<Node> children) {
    /** Copies the lists. */
    public Node {
      names = List.copyOf(names);
      children = List.copyOf(children);
    }
  }

  /**
   * The tree as text: a line for each image. A step without a name which only one image was made
   * from is folded into that image's line.
   */
  @Override
  public String toString() {
    return ImageTreePrinter.print(this);
  }
}
