package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.ChainId;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes a {@link Footprint} from what a storage holds. */
final class FootprintCalculator {
  private final ImageLoader loader;
  private final LayerMeter meter;
  private final Progress progress;
  private final LayerAccount<ChainId> content = new LayerAccount<>();
  private final LayerAccount<Digest> stored = new LayerAccount<>();

  FootprintCalculator(ImageLoader loader, LayerMeter meter, Progress progress) {
    this.loader = loader;
    this.meter = meter;
    this.progress = Objects.requireNonNull(progress);
  }

  Footprint calculate(StoreSnapshot snapshot) throws IOException {
    List<StoreSnapshot.Known> counted = new ArrayList<>();
    List<Digest> ids = new ArrayList<>();
    for (StoreSnapshot.Known known : snapshot.images()) {
      Image image = loader.image(known.descriptor(), "image " + known.digest());
      if (known.isIntermediate()) {
        content.addStep(contentSizes(image));
        stored.addStep(storedSizes(image));
      } else {
        content.addImage(contentSizes(image));
        stored.addImage(storedSizes(image));
        counted.add(known);
        ids.add(image.id());
      }
    }
    List<Footprint.Line> lines = new ArrayList<>();
    for (int i = 0; i < counted.size(); i++) {
      StoreSnapshot.Known known = counted.get(i);
      lines.add(
          new Footprint.Line(
              known.digest(), ids.get(i), known.names(), content.sizes(i), stored.sizes(i)));
    }
    return new Footprint(lines, content.totals(), stored.totals());
  }

  private Map<ChainId, Long> contentSizes(Image image) throws IOException {
    Map<ChainId, Long> sizes = new LinkedHashMap<>();
    List<ChainId> chain = image.chainIds();
    for (int i = 0; i < chain.size(); i++) {
      sizes.put(chain.get(i), meter.sizes(image.layers().get(i), progress).content());
    }
    return sizes;
  }

  private static Map<Digest, Long> storedSizes(Image image) {
    Map<Digest, Long> sizes = new LinkedHashMap<>();
    for (Layer layer : image.layers()) {
      sizes.put(layer.descriptor().digest(), layer.storedSize());
    }
    return sizes;
  }
}
