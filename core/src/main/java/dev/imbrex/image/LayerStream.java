package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.StreamedContent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;

/**
 * A layer as the stream that the contents of its files come from. Equal if the layers are: then
 * they are stored as the same bytes, wherever that is.
 */
record LayerStream(Layer layer) implements ContentStream {
  LayerStream {
    Objects.requireNonNull(layer);
  }

  /**
   * Reads the layer once, to its end: stored digest and diffID have been compared when this
   * returns. If nothing is wanted, nothing is read.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if the layer does not have one of
   *     the files
   * @throws dev.imbrex.manifest.error.DigestMismatchException if the layer is not what it was
   */
  @Override
  public void read(Collection<? extends StreamedContent> wanted, Receiver receiver)
      throws IOException {
    Deque<LayerFile> ahead = inOrder(wanted);
    if (ahead.isEmpty()) {
      return;
    }
    try (LayerReader reader = layer.read()) {
      while (!ahead.isEmpty()) {
        LayerFile file = ahead.remove();
        receiver.receive(file, file.find(reader));
      }
      LayerIndex.verified(layer, reader);
    }
  }

  private Deque<LayerFile> inOrder(Collection<? extends StreamedContent> wanted) {
    Collection<LayerFile> files = new LinkedHashSet<>();
    for (StreamedContent content : wanted) {
      if (!(content instanceof LayerFile file) || !equals(file.stream())) {
        throw new IllegalArgumentException(content + " does not lie in " + layer);
      }
      files.add(file);
    }
    return new ArrayDeque<>(
        files.stream().sorted(Comparator.comparingLong(LayerFile::entry)).toList());
  }
}
