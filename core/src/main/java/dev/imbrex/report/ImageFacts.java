package dev.imbrex.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.ConfigChange;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageProvenance;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.LayerStatistics;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.config.LayerHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a report says of an image beside its paths: layers, history, config. */
final class ImageFacts {
  /** More of a config than this is no reading. */
  private static final int SHOWN_CONFIG = 1 << 17;

  private final Image image;
  private final ImageProvenance provenance;
  private final List<String> ids;

  private ImageFacts(Image image, ImageProvenance provenance, List<String> ids) {
    this.image = image;
    this.provenance = provenance;
    this.ids = ids;
  }

  static ImageFacts read(Image image, ReadOptions reading) throws IOException {
    return new ImageFacts(image, image.provenance(reading), ids(image));
  }

  ImageProvenance provenance() {
    return provenance;
  }

  /** The ids of the images that the steps of the history made, where parent links tell (SN-C10). */
  @SuppressWarnings("MustBeClosedChecker") // The store is a view; its storage is not ours to close.
  private static List<String> ids(Image image) throws IOException {
    List<History> history = image.config().history();
    List<String> ids = new ArrayList<>();
    history.forEach(step -> ids.add(""));
    if (history.isEmpty()) {
      return ids;
    }
    ids.set(history.size() - 1, image.id().toString());
    int length = history.size();
    for (Image parent : ImageStore.of(image).ancestors(image)) {
      List<History> older = parent.config().history();
      if (older.isEmpty() || older.size() >= length || !isPrefix(older, history)) {
        break;
      }
      length = older.size();
      ids.set(length - 1, parent.id().toString());
    }
    return ids;
  }

  private static boolean isPrefix(List<History> older, List<History> newer) {
    return newer.subList(0, older.size()).equals(older);
  }

  void writeTo(JsonText json) {
    ImageConfig config = image.config();
    json.object();
    json.name("digest").value(image.digest().toString());
    json.name("id").value(image.id().toString());
    json.name("platform").value(ShownText.of(image.platform().toString()));
    json.name("created").value(ShownText.of(config.createdText().orElse("")));
    json.name("author").value(ShownText.of(config.author().orElse("")));
    json.name("mediaType").value(ShownText.of(image.descriptor().mediaType().toString()));
    json.name("stored").value(image.storedSize());
    json.name("layers").array();
    provenance.layers().forEach(layer -> write(layer, json));
    json.end().name("history").array();
    List<LayerHistory.Step> steps = config.layerHistory().steps();
    for (int i = 0; i < steps.size(); i++) {
      write(steps.get(i), ids.get(i), json);
    }
    json.end().name("settings").array();
    for (ConfigChange setting : ConfigChange.between(ImageConfig.of(image.platform()), config)) {
      json.array()
          .value(ShownText.of(setting.name()))
          .value(ShownText.of(setting.after().orElse("")))
          .end();
    }
    json.end().name("config").value(rawConfig(config)).end();
  }

  private static void write(LayerStatistics layer, JsonText json) {
    json.object();
    json.name("diffId").value(layer.layer().diffId().toString());
    json.name("digest").value(layer.layer().descriptor().digest().toString());
    json.name("mediaType").value(ShownText.of(layer.layer().descriptor().mediaType().toString()));
    json.name("stored").value(layer.storedSize());
    json.name("tar").value(layer.tarSize());
    json.name("payload").value(layer.payload());
    json.name("wasted").value(layer.wasted());
    json.name("entries").value(layer.entries());
    json.end();
  }

  private static void write(LayerHistory.Step step, String id, JsonText json) {
    History history = step.history();
    json.object();
    json.name("id").value(id);
    json.name("created").value(ShownText.of(history.createdText().orElse("")));
    json.name("by").value(ShownText.of(history.createdBy()));
    json.name("author").value(ShownText.of(history.author()));
    json.name("comment").value(ShownText.of(history.comment()));
    json.name("layer").value(step.layer().orElse(-1));
    json.end();
  }

  private static String rawConfig(ImageConfig config) {
    byte[] bytes = config.bytes();
    String text = new String(bytes, 0, Math.min(bytes.length, SHOWN_CONFIG), UTF_8);
    return ShownText.of(bytes.length > SHOWN_CONFIG ? text + "…" : text);
  }
}
