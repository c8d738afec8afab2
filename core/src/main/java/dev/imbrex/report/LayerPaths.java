package dev.imbrex.report;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Attribution;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.Provenance;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.WastedFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Lists the paths of one image, with what each layer did to them. */
final class LayerPaths {
  /** All that can be told apart counts. */
  static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private LayerPaths() {}

  static PathTable read(Provenance provenance, ReportOptions options) throws IOException {
    Progress progress = options.reading().progress();
    PathTable table = new PathTable(provenance.files(), provenance.layers(), options.maxPaths());
    for (int layer = 0; layer < provenance.layers(); layer++) {
      for (Change change :
          TreeDiff.changes(
              provenance.files(layer), provenance.files(layer + 1), EVERYTHING, progress)) {
        add(table.row(change.path()), layer, change);
      }
    }
    attribute(table, provenance.walk());
    for (WastedFile file : provenance.wasted()) {
      addWasted(table.row(file.path()), file);
    }
    return table;
  }

  private static void add(PathRow row, int layer, Change change) {
    boolean isDeleted = change.kind() == Change.Kind.DELETED;
    row.node = (isDeleted ? change.findBefore() : change.findAfter()).orElseThrow();
    row.size = isDeleted ? change.sizeBefore() : change.sizeAfter();
    row.add(layer, change, row.size);
  }

  private static void attribute(PathTable table, Stream<Attribution> attributions)
      throws IOException {
    for (Iterator<Attribution> all = attributions.iterator(); all.hasNext(); ) {
      Attribution attribution = all.next();
      PathRow row = table.row(attribution.path());
      row.node = attribution.node();
      row.layer = attribution.layer();
      row.contentLayer = attribution.contentLayer();
      row.add(new PathRow.Event(row.layer, PathRow.AGAIN, row.size));
    }
  }

  /** A file of a layer of which the tree above the layer shows nothing new, or nothing at all. */
  private static void addWasted(PathRow row, WastedFile file) {
    boolean wasThere =
        row.events().stream()
            .filter(event -> event.group() < file.layer())
            .reduce((one, next) -> next)
            .map(event -> event.kind() != PathRow.DELETED && event.kind() != PathRow.HIDDEN)
            .orElse(false);
    if (row.node == null) {
      row.size = file.bytes();
    }
    int code = wasThere ? PathRow.AGAIN : PathRow.HIDDEN;
    row.add(new PathRow.Event(file.layer(), code, file.bytes()));
  }
}
