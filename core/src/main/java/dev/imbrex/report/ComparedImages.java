package dev.imbrex.report;

import dev.imbrex.image.ConfigChange;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageDiff;
import dev.imbrex.image.PathChange;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Attribution;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.Provenance;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/** What a report says of two images. */
final class ComparedImages {
  private final ImageDiff diff;
  private final ImageFacts before;
  private final ImageFacts after;
  private final PathTable paths;

  private ComparedImages(ImageDiff diff, ImageFacts before, ImageFacts after, PathTable paths) {
    this.diff = diff;
    this.before = before;
    this.after = after;
    this.paths = paths;
  }

  static ComparedImages read(Image before, Image after, ReportOptions options) throws IOException {
    ReadOptions reading = options.reading();
    ImageDiff diff = ImageDiff.between(before, after);
    ImageFacts old = ImageFacts.read(before, reading);
    ImageFacts now = ImageFacts.read(after, reading);
    Provenance provenance = now.provenance().paths();
    PathTable table = new PathTable(provenance.files(), 1, options.maxPaths());
    for (Iterator<Attribution> all = provenance.walk().iterator(); all.hasNext(); ) {
      Attribution attribution = all.next();
      PathRow row = table.row(attribution.path());
      row.node = attribution.node();
      row.layer = attribution.layer();
      row.contentLayer = attribution.contentLayer();
      row.size = attribution.node() instanceof Node.RegularFile file ? file.content().size() : 0;
    }
    for (PathChange change : diff.pathChanges(LayerPaths.EVERYTHING, reading)) {
      add(table, change);
    }
    return new ComparedImages(diff, old, now, table);
  }

  private static void add(PathTable table, PathChange pathChange) throws IOException {
    Change change = pathChange.change();
    PathRow row = table.row(change.path());
    if (change.kind() == Change.Kind.DELETED) {
      row.node = change.findBefore().orElseThrow();
      row.size = change.sizeBefore();
      pathChange.layer().ifPresent(layer -> table.deletedBy(change.path(), layer));
    }
    boolean isAdded = change.kind() == Change.Kind.ADDED;
    row.add(0, change, isAdded ? row.size : change.sizeBefore());
  }

  void writeTo(JsonText json, Progress progress) throws IOException {
    json.name("images").array();
    before.writeTo(json);
    after.writeTo(json);
    json.end();
    json.name("shared").value(diff.sharedLayers());
    json.name("sharedHistory")
        .value(diff.after().config().history().size() - diff.addedHistory().size());
    json.name("settings").array();
    for (ConfigChange change : diff.configChanges()) {
      json.array().value(ShownText.of(change.name()));
      write(json, change.before());
      write(json, change.after());
      json.end();
    }
    json.end().name("paths");
    paths.writeTo(json, progress);
  }

  private static void write(JsonText json, Optional<String> value) {
    if (value.isPresent()) {
      json.value(ShownText.of(value.get()));
    } else {
      json.nullValue();
    }
  }
}
