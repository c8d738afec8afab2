package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.config.LayerHistory;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Puts together what {@code history} shows (SN-C10): the entries of an image's history, newest
 * first, with the sizes of their layers and the ids of the images they made, as far as parent links
 * tell.
 */
final class HistoryView {
  private final StoreSnapshot snapshot;
  private final ImageLoader loader;
  private final LayerMeter meter;

  HistoryView(StoreSnapshot snapshot, ImageLoader loader, LayerMeter meter) {
    this.snapshot = snapshot;
    this.loader = loader;
    this.meter = meter;
  }

  List<HistoryRow> rows(Image image, Progress progress) throws IOException {
    List<LayerHistory.Step> steps = image.config().layerHistory().steps();
    List<Optional<Image>> makers = makers(image);
    Deque<HistoryRow> rows = new ArrayDeque<>();
    for (int i = 0; i < steps.size(); i++) {
      History entry = steps.get(i).history();
      OptionalInt layer = steps.get(i).layer();
      long size =
          layer.isPresent()
              ? meter.sizes(image.layers().get(layer.getAsInt()), progress).content()
              : 0;
      Optional<Image> maker = makers.get(i);
      rows.addFirst(
          new HistoryRow(
              maker.map(Image::id),
              entry.created(),
              entry.createdBy(),
              OptionalLong.of(size),
              entry.comment(),
              maker.map(Image::digest).map(this::namesOf).orElse(List.of())));
    }
    return List.copyOf(rows);
  }

  /**
   * For each entry the image of which it is the newest one. A link mostly accounts for one entry;
   * an image made in one go from its base accounts for several, of which only the newest has an id.
   * A parent whose history is not the beginning of its child's is where knowledge ends.
   */
  private List<Optional<Image>> makers(Image image) throws IOException {
    List<Optional<Image>> makers = new ArrayList<>();
    image.config().history().forEach(entry -> makers.add(Optional.empty()));
    Image child = image;
    int newest = makers.size() - 1;
    while (newest >= 0) {
      makers.set(newest, Optional.of(child));
      Optional<Image> parent = parent(child);
      if (parent.isEmpty()) {
        break;
      }
      int length = parent.get().config().history().size();
      if (length > newest
          || !child.config().history().subList(0, length).equals(parent.get().config().history())) {
        break;
      }
      child = parent.get();
      newest = length - 1;
    }
    return makers;
  }

  private Optional<Image> parent(Image child) throws IOException {
    Optional<StoreSnapshot.Known> known = snapshot.find(child.digest()).flatMap(snapshot::parent);
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(
            loader.image(known.get().descriptor(), "parent image " + known.get().digest()));
  }

  private List<String> namesOf(Digest image) {
    return snapshot.find(image).map(StoreSnapshot.Known::names).orElse(List.of());
  }
}
