package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of an uncompressed tar: ustar, PAX, GNU, star and older ones (LC-B6 to LC-B28).
 * It sees what the engines written in Go see; where two common readers would see different entries
 * it refuses the archive, and what is harmless but not right it reports to {@link Findings}.
 *
 * <pre>{@code
 * TarReader tar = TarReader.of(in);
 * for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
 *   if (entry.path().equals(wanted)) {
 *     return tar.data().readAllBytes();
 *   }
 * }
 * }</pre>
 *
 * <p>Once {@link #next} has given null the stream was read to its end. Memory does not depend on
 * the archive; {@link LayerLimits} bound the rest. What is wrong with the content is a {@link
 * MalformedContentException}, and after any failure every further call fails. Belongs to one
 * thread.
 */
public final class TarReader {
  private final TarInput input;
  private final LayerLimits limits;
  private final boolean clampsNames;
  private final TarPlace place;
  private final HeaderReader headers;
  private final SparseReader sparseFiles;

  private Metadata last = Metadata.forFile();
  private long payloadSize;
  private boolean ended;
  private @Nullable EntryData data;

  private TarReader(TarInput input, LayerRules rules, TarPlace place) {
    this.input = input;
    limits = rules.limits();
    clampsNames = rules.climbingNames() == ClimbingNames.CLAMP;
    this.place = place;
    headers = new HeaderReader(input, limits, place);
    sparseFiles = new SparseReader(input, limits);
  }

  /**
   * Reads within the default limits, and lets pass what can be.
   *
   * @param in the tar from its first byte; never closed
   */
  public static TarReader of(InputStream in) {
    return of(in, LayerRules.defaults(), Findings.tolerant());
  }

  /**
   * Reads within limits.
   *
   * @param in the tar from its first byte; never closed
   * @param findings takes what is harmless but not right, or refuses it
   */
  public static TarReader of(InputStream in, LayerLimits limits, Findings findings) {
    return of(in, LayerRules.defaults().withLimits(limits), findings);
  }

  /**
   * Reads by rules.
   *
   * @param in the tar from its first byte; never closed
   * @param findings takes what is harmless but not right, or refuses it
   */
  public static TarReader of(InputStream in, LayerRules rules, Findings findings) {
    return of(in, false, rules, findings);
  }

  /**
   * Reads within limits, and passes over data that nobody asks for without reading it, as a file
   * allows.
   *
   * @param in the tar from its first byte; its {@code skip} must pass over as many bytes as it is
   *     asked to, unless it ends before; never closed
   * @param findings takes what is harmless but not right, or refuses it
   */
  public static TarReader seeking(InputStream in, LayerLimits limits, Findings findings) {
    return of(in, true, LayerRules.defaults().withLimits(limits), findings);
  }

  private static TarReader of(InputStream in, boolean seeks, LayerRules rules, Findings findings) {
    long limit = rules.limits().decompression().uncompressedBytes();
    TarInput input = new TarInput(requireNonNull(in), limit, seeks);
    return new TarReader(input, rules, new TarPlace(input, requireNonNull(findings)));
  }

  /**
   * The next entry, or null at the end of the stream. What was not read of the data of the entry
   * before is passed over.
   *
   * @throws MalformedContentException if the archive breaks a rule, or ends where it must not
   * @throws LimitExceededException if it is larger than allowed
   */
  public @Nullable TarEntry next() throws IOException {
    place.requireIntact();
    Interruption.check();
    if (ended) {
      return null;
    }
    try {
      if (data != null) {
        data.pass();
        data = null;
      }
      EntryHeaders entry = headers.next();
      ended = entry == null;
      return entry == null ? null : read(entry);
    } catch (TarSyntaxException e) {
      MalformedContentException malformed = place.malformed(e.problem());
      place.fail(malformed);
      throw malformed;
    } catch (IOException | RuntimeException e) {
      place.fail(e);
      throw e;
    }
  }

  /**
   * The data of the entry that {@link #next} gave last, with the holes of a sparse file filled; no
   * bytes if it is no regular file. It ends after {@link TarEntry#size} bytes and can be read until
   * {@code next} is called again, once; closing it does nothing.
   *
   * @throws IllegalStateException if there is no entry
   */
  public InputStream data() {
    if (data == null) {
      throw new IllegalStateException("There is no entry");
    }
    return data;
  }

  /** How many entries there were so far. */
  public long entryCount() {
    return place.entry();
  }

  /** How many bytes the regular files so far have, those of whiteouts not counted. */
  public long payloadSize() {
    return payloadSize;
  }

  private TarEntry read(EntryHeaders entry) throws IOException, TarSyntaxException {
    if (place.entry() >= limits.entries()) {
      throw new LimitExceededException("the archive", "entries", limits.entries());
    }
    byte[] name = entry.name();
    byte[] link = entry.linkName();
    TarEntry.Kind kind = entry.kind();
    long storedSize = entry.storedSize();
    SparseReader.SparseFile sparse = sparseFiles.read(entry, kind, storedSize);
    if (sparse != null && sparse.name() != null) {
      name = sparse.name().toBytes();
    }
    TreePath path = path(name, "name");
    requireDepth(path);
    String otherView = entry.otherView(sparse);
    if (otherView != null) {
      place.report(Finding.Code.SEEN_OTHERWISE_ELSEWHERE, path, otherView);
    }
    boolean hasData = kind == TarEntry.Kind.REGULAR;
    long size = !hasData ? 0 : sparse == null ? storedSize : sparse.size();
    checkShape(entry.header().type(), kind, path, name, sparse == null ? storedSize : size);
    Whiteout whiteout = Whiteout.of(path);
    boolean isNode = whiteout == Whiteout.NONE || whiteout == Whiteout.LINK_SOURCE;
    TreePath linkPath = null;
    if (isNode) {
      linkPath = target(kind, link);
    } else if (storedSize > 0 || size > 0) {
      place.report(Finding.Code.WHITEOUT_WITH_DATA, path, "the whiteout " + path + " holds data");
    }
    long[] device = entry.device(kind);
    Metadata metadata = shared(entry.metadata());
    data = hasData ? data(storedSize, sparse) : new EntryData(input, place, 0, 0, null, 0);
    boolean isLink = kind == TarEntry.Kind.HARD_LINK || kind == TarEntry.Kind.SYMLINK;
    TarEntry read =
        new TarEntry(
            place.entry(),
            name,
            path,
            whiteout,
            kind,
            metadata,
            isLink ? ByteString.of(link) : ByteString.empty(),
            linkPath,
            device[0],
            device[1],
            size,
            hasData && sparse == null ? input.offset() : -1);
    place.goToNextEntry();
    payloadSize += isNode ? size : 0;
    return read;
  }

  /** The path that a name means, which may be clamped if that is asked for (LC-B26). */
  private TreePath path(byte[] name, String what) throws MalformedContentException {
    if (!clampsNames || !TreePath.climbs(name)) {
      return TreePath.fromEntryName(name);
    }
    TreePath path = TreePath.clampEntryName(name);
    place.report(
        Finding.Code.CLAMPED_NAME,
        path,
        "the " + what + " " + ByteString.of(name) + " climbs above the root; taken as " + path);
    return path;
  }

  /** Neighbours are often alike in all of this; whoever keeps a million of them keeps less. */
  private Metadata shared(Metadata metadata) {
    if (!metadata.equals(last)) {
      last = metadata;
    }
    return last;
  }

  private EntryData data(long storedSize, SparseReader.@Nullable SparseFile sparse)
      throws LimitExceededException {
    int padding = TarFormat.padding(storedSize);
    if (sparse == null) {
      return new EntryData(input, place, storedSize, storedSize, null, padding);
    }
    long stored = storedSize - sparse.mapBytes();
    input.addHoles(sparse.size() - stored);
    return new EntryData(input, place, sparse.size(), stored, sparse.map(), padding);
  }

  private void requireDepth(TreePath path) throws LimitExceededException {
    if (path.depth() > limits.depth()) {
      throw new LimitExceededException(
          "the path of entry " + place.entry(), "depth", limits.depth());
    }
  }

  /** Where type, name and size say different things, readers do too (LC-B11, LC-B12, LC-B27). */
  private void checkShape(char type, TarEntry.Kind kind, TreePath path, byte[] name, long size)
      throws MalformedContentException, TarSyntaxException {
    if (path.isRoot() && kind != TarEntry.Kind.DIRECTORY) {
      throw new TarSyntaxException("the root cannot be a " + kind);
    }
    if (kind != TarEntry.Kind.REGULAR) {
      if (size > 0) {
        String problem = "an entry without data has size " + size;
        place.report(Finding.Code.SIZE_WITHOUT_DATA, path, problem);
      }
      return;
    }
    if (TarFormat.endsInSlash(name)) {
      if (size > 0) {
        throw new TarSyntaxException("the name of a file with data ends in a slash");
      }
      place.report(Finding.Code.SLASH_AFTER_FILE_NAME, path, "the name of a file ends in a slash");
    }
    if (type == '7') {
      place.report(
          Finding.Code.CONTIGUOUS_FILE, path, "a contiguous file is read as a regular one");
    }
  }

  /** The path of a hard link's target; null for other kinds. */
  private @Nullable TreePath target(TarEntry.Kind kind, byte[] target)
      throws TarSyntaxException, MalformedContentException {
    if (kind == TarEntry.Kind.HARD_LINK) {
      if (target.length == 0) {
        throw new TarSyntaxException("a hard link has no target");
      }
      return path(target, "target");
    }
    if (kind == TarEntry.Kind.SYMLINK && (target.length == 0 || target.length > Node.MAX_TARGET)) {
      throw new TarSyntaxException("the target of a symbolic link has " + target.length + " bytes");
    }
    return null;
  }
}
