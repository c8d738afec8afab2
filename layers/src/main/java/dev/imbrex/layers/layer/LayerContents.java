package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Checkpoint;
import dev.imbrex.layers.compress.Checkpoints;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The contents of the files of a stored layer, read from it when they are asked for: a single one
 * from its place, if the layer is stored plain, from the checkpoint before it, if there is one,
 * else by reading the layer up to it; many in one pass. Each reading follows the rules of the first
 * one.
 *
 * <p>Two of these are equal if their sources and rules are. Contents are equal if they are the same
 * entry of the same tar. Safe for use by many threads.
 */
public final class LayerContents implements ContentStream {
  private final LayerSource source;
  private final LayerRules rules;
  private final ReadAhead readAhead;
  private volatile LayerCheckpoints checkpoints = LayerCheckpoints.none();

  private LayerContents(LayerSource source, LayerRules rules, ReadAhead ahead) {
    this.source = source;
    this.rules = rules;
    this.readAhead = ahead;
  }

  /** The contents of this layer, read by the default rules. Nothing is read. */
  public static LayerContents of(LayerSource source) {
    return of(source, LayerRules.defaults());
  }

  /**
   * The contents of this layer. Nothing is read.
   *
   * @param rules by which its entries were or will be read
   */
  public static LayerContents of(LayerSource source, LayerRules rules) {
    return of(source, rules, ReadAhead.none());
  }

  /**
   * The contents of this layer. Nothing is read.
   *
   * @param rules by which its entries were or will be read
   * @param ahead how far threads read ahead of whoever reads many contents in one pass
   */
  public static LayerContents of(LayerSource source, LayerRules rules, ReadAhead ahead) {
    return new LayerContents(requireNonNull(source), requireNonNull(rules), requireNonNull(ahead));
  }

  /**
   * The content of a regular file.
   *
   * @param entry as a reader of this layer gave it
   */
  public FileContent of(TarEntry entry) {
    return new LayerFile(this, entry);
  }

  /**
   * Reads the layer once, to its end, or the parts of it that these files need: what was given has
   * been checked to be what it should be when this returns. If nothing is wanted, nothing is read.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if the layer does not have one of
   *     the files
   * @throws dev.imbrex.manifest.error.DigestMismatchException if the layer is not what it was
   * @throws IllegalArgumentException if a content is not of this layer
   */
  @Override
  public void read(Collection<? extends StreamedContent> wanted, Receiver receiver)
      throws IOException {
    Deque<LayerFile> ahead = inOrder(wanted);
    if (ahead.isEmpty()) {
      return;
    }
    LayerCheckpoints places = checkpoints;
    Optional<List<Stretch>> stretches = Stretch.plan(ahead, places);
    if (stretches.isPresent()) {
      for (Stretch stretch : stretches.get()) {
        read(stretch, places, receiver);
      }
      return;
    }
    try (LayerReader reader = source.read(rules, readAhead)) {
      while (!ahead.isEmpty()) {
        LayerFile file = ahead.remove();
        receiver.receive(file, file.find(reader));
      }
      source.check(reader.summary());
    }
  }

  private void read(Stretch stretch, LayerCheckpoints places, Receiver receiver)
      throws IOException {
    try (InputStream tar = openAt(Optional.ofNullable(stretch.from()), places.stored())) {
      Streams.pass(tar, stretch.begin().offset() - stretch.start());
      DigestedInput digested = DigestedInput.from(stretch.begin(), tar);
      for (LayerFile file : stretch.files()) {
        Streams.pass(digested, file.offset() - digested.count());
        receiver.receive(file, StoredPart.of(source, digested, file.size()));
      }
      Streams.pass(digested, stretch.end().offset() - digested.count());
      Digest expected = stretch.end().digest();
      Digest actual = digested.digest();
      if (!actual.equals(expected)) {
        throw new DigestMismatchException(
            "The first " + stretch.end().offset() + " bytes of the tar of " + source,
            expected.toString(),
            actual.toString());
      }
    }
  }

  /**
   * Remembers where reading can begin, so that a file costs what lies between it and the place
   * before, not all that lies before it.
   *
   * @param noted by a reader that has read this very layer to its end, and whose summary was
   *     checked
   */
  public void remember(LayerCheckpoints noted) {
    checkpoints = requireNonNull(noted);
  }

  /**
   * Opens a part of the tar inside from the checkpoint before it; the caller closes the stream.
   *
   * @return nothing if there is none
   */
  Optional<InputStream> openFromCheckpoint(long offset, long size) throws IOException {
    LayerCheckpoints places = checkpoints;
    Optional<Checkpoint> before = places.stored().before(offset);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    InputStream tar = openAt(before, places.stored());
    try {
      Streams.pass(tar, offset - before.get().offset());
      return Optional.of(StoredPart.of(source, tar, size));
    } catch (IOException | RuntimeException e) {
      try {
        tar.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Opens the tar inside from a place, or its beginning, on. */
  private InputStream openAt(Optional<Checkpoint> place, Checkpoints noted) throws IOException {
    long offset = place.map(Checkpoint::storedOffset).orElse(0L);
    InputStream stored = source.open(offset, noted.storedSize() - offset);
    try {
      DecompressionLimits limits = rules.limits().decompression();
      return place.isPresent()
          ? DecompressingInputStream.openAt(stored, place.get(), limits)
          : DecompressingInputStream.open(stored, limits);
    } catch (IOException | RuntimeException e) {
      try {
        stored.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Begins to read the layer; the caller closes the reader. */
  LayerReader openReader() throws IOException {
    return source.read(rules, ReadAhead.none());
  }

  LayerSource source() {
    return source;
  }

  private Deque<LayerFile> inOrder(Collection<? extends StreamedContent> wanted) {
    Collection<LayerFile> files = new LinkedHashSet<>();
    for (StreamedContent content : wanted) {
      if (!(content instanceof LayerFile file) || !equals(file.stream())) {
        throw new IllegalArgumentException(content + " does not lie in " + source);
      }
      files.add(file);
    }
    return new ArrayDeque<>(
        files.stream().sorted(Comparator.comparingLong(LayerFile::entry)).toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerContents that
        && source.equals(that.source)
        && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return "contents of " + source;
  }
}
