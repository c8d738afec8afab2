package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.util.List;

/**
 * What the images of a store weigh, with shared layers counted once (SN-H7).
 *
 * <p>Each figure is given on two bases, which never mix: <em>content</em>, the bytes of the files
 * in the layers, where a layer is told apart by its chainID; and <em>stored</em>, the bytes of the
 * layers as stored, mostly compressed, told apart by their digest. Manifests and configs are left
 * out. Images that are only steps on the way to another one have no line of their own, but what
 * only they hold is in the totals.
 *
 * @param images one line for each image, in the order of the store
 * @param content the totals in bytes of file content
 * @param stored the totals in bytes as stored
 */
public record Footprint(List<Line> images, Totals content, Totals stored) {
  /** Copies the lines. */
  public Footprint {
    images = List.copyOf(images);
  }

  /**
   * The weight of one image.
   *
   * @param image the digest of its manifest
   * @param id its image id
   * @param names the names that stand for it
   * @param content its sizes in bytes of file content
   * @param stored its sizes in bytes as stored
   */
  public record Line(Digest image, Digest id, List<String> names, Sizes content, Sizes stored) {
    /** Copies the names. */
    public Line {
      names = List.copyOf(names);
    }
  }

  /**
   * Sizes of one image, in bytes.
   *
   * @param size the sum over its layers
   * @param shared the part of it in layers that other images have, too
   */
  public record Sizes(long size, long shared) {
    /** The part in layers that no other image has. */
    public long unique() {
      return size - shared;
    }
  }

  /**
   * Sizes of all images together, in bytes.
   *
   * @param used the sum over the distinct layers
   * @param reclaimable what deleting each single image would free, added up
   */
  public record Totals(long used, long reclaimable) {}

  /** A table for people: a line for each image, then the totals. */
  @Override
  public String toString() {
    return FootprintTable.print(this);
  }
}
