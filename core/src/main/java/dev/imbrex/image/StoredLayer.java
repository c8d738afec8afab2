package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.layer.LayerSource;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.ReadAhead;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A layer of an image as the source of its files. Equal if the layers are: then they are stored as
 * the same bytes, wherever that is.
 */
record StoredLayer(Layer layer) implements LayerSource {
  StoredLayer {
    Objects.requireNonNull(layer);
  }

  @Override
  public LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException {
    InputStream in = layer.open();
    try {
      return LayerReader.openVerified(
          in, layer.descriptor().digest(), ahead, rules, Findings.tolerant());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The layer as stored, verified here, so that no byte need be digested twice. */
  InputStream open() throws IOException {
    Descriptor stored = layer.descriptor();
    InputStream in = layer.storage().openUnverified(stored);
    try {
      return VerifiedInputStream.of(in, stored.size(), stored.digest(), layer.toString());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public boolean isPlain() {
    return layer.isPlain();
  }

  @Override
  public InputStream open(long offset, long size) throws IOException {
    return layer.storage().open(layer.descriptor(), offset, size);
  }

  @Override
  public void check(LayerSummary summary) throws DigestMismatchException {
    if (!summary.diffId().equals(layer.diffId())) {
      throw new DigestMismatchException(
          "DiffID of " + layer, layer.diffId().toString(), summary.diffId().toString());
    }
  }

  @Override
  public DiffId tar() {
    return layer.diffId();
  }

  @Override
  public String toString() {
    return layer.toString();
  }
}
