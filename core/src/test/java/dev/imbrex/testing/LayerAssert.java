package dev.imbrex.testing;

import dev.imbrex.image.Layer;
import dev.imbrex.manifest.digest.DiffId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a layer, which is read for them. */
public final class LayerAssert extends AbstractAssert<LayerAssert, Layer> {
  LayerAssert(Layer actual) {
    super(actual, LayerAssert.class);
  }

  /** The layer holds these entries with these attributes and contents, in this order, alone. */
  public LayerAssert hasEntries(EntryFixture... entries) throws IOException {
    List<String> expected =
        NodeText.lines(List.of(entries).stream().map(EntryFixture::entry).toList());
    List<String> found = lines();
    if (!found.equals(expected)) {
      throw failure(
          "Expected other entries (- expected, + found):%n%s",
          String.join("\n", LineDiff.compare(expected, found)));
    }
    return this;
  }

  /** The layer deletes a path, by a whiteout of its own. */
  public LayerAssert deletes(String path) throws IOException {
    List<String> found = lines();
    if (!found.contains(path + " deleted")) {
      throw failure(
          "Expected that %s is deleted, but the layer says:%n%s",
          path, String.join("\n", LineDiff.cut(found)));
    }
    return this;
  }

  /** The digest of the uncompressed tar. */
  public LayerAssert hasDiffId(DiffId diffId) {
    if (!actual.diffId().equals(diffId)) {
      throw failure("Expected the diffID %s, but it is %s", diffId, actual.diffId());
    }
    return this;
  }

  /** Goes on with the files of this layer alone. */
  public FileTreeAssert files() throws IOException {
    return new FileTreeAssert(Layer.filesOf(List.of(actual))).as(descriptionText());
  }

  private List<String> lines() throws IOException {
    try (InputStream in = actual.open()) {
      return NodeText.lines(in);
    }
  }
}
