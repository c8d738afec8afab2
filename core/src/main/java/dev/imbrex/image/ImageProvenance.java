package dev.imbrex.image;

import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Provenance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the files of an image come from, and what each of its layers weighs (LC-E14 to LC-E18).
 *
 * <pre>{@code
 * ImageProvenance provenance = image.provenance(ReadOptions.defaults());
 * provenance.paths().walk().forEach(a -> out.println(a.layer() + " " + a.path()));
 * provenance.layers().forEach(l -> out.println(l.wasted() + " of " + l.payload()));
 * }</pre>
 *
 * <p>Layers are named by their place in {@link Image#layers()}, as one may recur. Immutable and
 * safe for use by many threads. Contents are read only when the history of a path is asked for.
 */
public final class ImageProvenance {
  private final Provenance paths;
  private final List<LayerStatistics> layers;

  private ImageProvenance(Provenance paths, List<LayerStatistics> layers) {
    this.paths = paths;
    this.layers = List.copyOf(layers);
  }

  static ImageProvenance of(List<Layer> layers, List<LayerIndex> indexes, ReadOptions options)
      throws IOException {
    List<List<LayerEntry>> entries = indexes.stream().map(LayerIndex::entries).toList();
    Provenance paths = Provenance.of(entries, options.applying());
    List<LayerStatistics> statistics = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      statistics.add(
          new LayerStatistics(
              layers.get(i),
              entries.get(i).size(),
              paths.payload(i),
              paths.wasted(i),
              indexes.get(i).sizes().tar()));
    }
    return new ImageProvenance(paths, statistics);
  }

  /** Which layer provides each path, what each did to it, and which files are wasted. */
  public Provenance paths() {
    return paths;
  }

  /** What each layer weighs, lowest first. */
  public List<LayerStatistics> layers() {
    return layers;
  }

  /** The bytes of files of all layers of which no name is left in the image (LC-E16). */
  public long wasted() {
    return layers.stream().mapToLong(LayerStatistics::wasted).sum();
  }
}
