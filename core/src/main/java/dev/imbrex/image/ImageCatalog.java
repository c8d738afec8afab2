package dev.imbrex.image;

import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knowledge about the images of a storage that is not part of them: parent links and sizes of
 * layers (SN-H1, SN-H2). It survives reopening; a foreign tool that does not know it ignores it,
 * and losing it loses no image. An implementation is safe for use by many threads, and by many
 * processes if its storage is.
 *
 * <p>It does not check that images exist, or that links make no loop; {@link ImageStore} does.
 */
public interface ImageCatalog {
  /** The record of the image with this manifest digest. */
  Optional<ImageRecord> find(Digest image) throws IOException;

  /** All records, those recorded first at the front. */
  List<ImageRecord> all() throws IOException;

  /** The records whose parent has this manifest digest, those recorded first at the front. */
  List<ImageRecord> children(Digest parent) throws IOException;

  /** Keeps records, in place of those with the same manifest digest, all in one step. */
  void record(Collection<ImageRecord> records) throws IOException;

  /** Drops records, all in one step; those there are not are passed over. */
  void forget(Collection<Digest> images) throws IOException;

  /** The sizes of a layer, if somebody measured it. */
  Optional<LayerSizes> layerSizes(DiffId layer) throws IOException;

  /** Keeps the sizes of layers. */
  void recordLayers(Map<DiffId, LayerSizes> layers) throws IOException;
}
