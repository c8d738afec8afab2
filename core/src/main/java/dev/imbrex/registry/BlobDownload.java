package dev.imbrex.registry;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.wire.ByteRange;
import dev.imbrex.registry.internal.wire.ContentRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a blob, or part of one, and goes on where it was when the connection breaks (SN-G17).
 * Whoever reads a whole blob verifies it outside: the bytes are the same as without a break.
 */
final class BlobDownload extends InputStream {
  /** How far it must come for failures to be forgotten. */
  private static final long PROGRESS = 1 << 20;

  /** A place that has the blob, or not. */
  @FunctionalInterface
  interface Place {
    /**
     * Begins to read; the answer may be a 404, too.
     *
     * @param once whether a failure is not tried again here, but by whoever asks
     */
    Answer open(Optional<String> range, Optional<String> etag, boolean once) throws IOException;
  }

  /** Instead of a part the whole came, where that is of no use. */
  static final class NoPartException extends IOException {
    private static final long serialVersionUID = 1L;

    NoPartException(String what) {
      super("The whole of " + what + " came where a part was asked for");
    }
  }

  private final List<Place> places;
  private final Descriptor content;
  private final String what;
  private final boolean partOnly;
  private final Repeats repeats;

  private long end;
  private long position;
  private long lastFailure;
  private @Nullable Place place;
  private @Nullable Answer answer;
  private @Nullable String etag;

  /** The version that the first answer told, which other threads may ask for. */
  private @Nullable String version;

  /** Whether the last answer was a part. */
  private boolean ranged;

  private BlobDownload(
      List<Place> places,
      Descriptor content,
      String what,
      long offset,
      long end,
      boolean partOnly,
      Repeats repeats) {
    this.places = places;
    this.content = content;
    this.what = what;
    this.position = offset;
    this.end = end;
    this.partOnly = partOnly;
    this.repeats = repeats;
  }

  /**
   * Opens the bytes from one offset to before another.
   *
   * @param places where to look, one after the other
   * @param what the blob, for messages
   * @throws ContentNotFoundException if it is in none of them
   */
  static InputStream open(
      List<Place> places, Descriptor content, String what, long offset, long end, Repeats repeats)
      throws IOException {
    if (offset == end && offset > 0) {
      return InputStream.nullInputStream();
    }
    BlobDownload download = new BlobDownload(places, content, what, offset, end, false, repeats);
    download.find();
    return download;
  }

  /**
   * Asks for the first bytes only. A registry that knows no ranges gives the whole, and then the
   * whole is what is read.
   *
   * @param end before which byte, less than the size
   */
  static BlobDownload first(
      List<Place> places, Descriptor content, String what, long end, Repeats repeats)
      throws IOException {
    BlobDownload download = new BlobDownload(places, content, what, 0, end, false, repeats);
    download.find();
    if (!download.ranged) {
      download.end = content.size();
    }
    return download;
  }

  /**
   * Another part of what this one reads the beginning of, from the same place and of the same
   * version.
   *
   * @throws NoPartException if the whole comes; reading throws it as well, after a break
   */
  BlobDownload part(long from, long to, Repeats again) throws IOException {
    Place at = Objects.requireNonNull(place);
    BlobDownload download = new BlobDownload(List.of(at), content, what, from, to, true, again);
    download.etag = version;
    download.find();
    return download;
  }

  /** Whether a part came, as was asked for. */
  boolean isPart() {
    return ranged;
  }

  /** The place that has it. */
  Place place() {
    return Objects.requireNonNull(place);
  }

  /** Closes it after the last byte, so that the connection can be used again. */
  void finish() {
    Answer from = answer;
    answer = null;
    if (from != null) {
      from.discard();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    while (true) {
      Answer from = answer;
      if (from == null) {
        throw new IOException(what + " is closed");
      }
      try {
        // At the end one byte more is asked for, which a whole blob must not have.
        boolean whole = end == content.size();
        if (!whole && position == end) {
          return -1;
        }
        int wanted = whole ? length : (int) Math.min(length, end - position);
        int count = from.body().read(bytes, offset, wanted);
        if (count >= 0) {
          position += count;
          return count;
        }
        if (position >= end || from.contentLength().isPresent()) {
          return -1;
        }
        // No length was told, so a broken connection looks like the end.
        goOn(from, new IOException("it ended after " + position + " of " + end + " bytes"));
      } catch (InterruptedIOException e) {
        close();
        throw e;
      } catch (IOException e) {
        if (e instanceof RegistryException || answer == null) {
          throw e;
        }
        goOn(from, e);
      }
    }
  }

  @Override
  public int available() throws IOException {
    Answer from = answer;
    return from == null ? 0 : from.body().available();
  }

  @Override
  public void close() {
    Answer from = answer;
    answer = null;
    if (from != null) {
      from.close();
    }
  }

  /** Opens the first place that has it. */
  private void find() throws IOException {
    IOException lastProblem = null;
    for (Place candidate : places) {
      try {
        if (tryOpen(candidate, false)) {
          place = candidate;
          version = etag;
          return;
        }
      } catch (RegistryException e) {
        // The next one may have it; what the last one says is what counts.
        lastProblem = e;
      }
    }
    if (lastProblem != null) {
      throw lastProblem;
    }
    throw new ContentNotFoundException("No " + what);
  }

  private void goOn(Answer from, IOException problem) throws IOException {
    from.close();
    answer = null;
    if (position - lastFailure >= PROGRESS) {
      repeats.reset();
    }
    lastFailure = position;
    Attempted attempted = Attempted.of("GET", from.uri());
    RegistryException failure = Exchanges.broken(attempted, problem);
    while (answer == null) {
      repeats.awaitNext(failure);
      try {
        if (!tryOpen(Objects.requireNonNull(place), true)) {
          throw new ContentNotFoundException(
              "No " + what + " any more, after " + position + " bytes");
        }
      } catch (RegistryException e) {
        failure = e;
      }
    }
  }

  private boolean tryOpen(Place at, boolean once) throws IOException {
    Optional<String> range = Optional.empty();
    if (position > 0 || end < content.size()) {
      range = Optional.of("bytes=" + position + "-" + (end < content.size() ? end - 1 : ""));
    }
    Answer opened = at.open(range, Optional.ofNullable(etag), once);
    boolean good = false;
    try {
      if (opened.status() == 404) {
        opened.discard();
        return false;
      }
      accept(opened, range.isPresent());
      good = true;
      answer = opened;
      return true;
    } finally {
      if (!good) {
        opened.close();
      }
    }
  }

  private void accept(Answer opened, boolean asked) throws IOException {
    Attempted attempted = Attempted.of("GET", opened.uri());
    switch (opened.status()) {
      case 200 -> {
        if (partOnly) {
          throw new NoPartException(what);
        }
        acceptWhole(opened, attempted);
      }
      case 206 -> {
        if (!asked) {
          throw Refusals.protocol(attempted, "a part came, though the whole was asked for");
        }
        requireRange(opened, attempted);
      }
      case 416 ->
          throw Refusals.protocol(
              attempted, "there is nothing from byte " + position + " of " + content.size());
      default -> throw Refusals.protocol(attempted, "status " + opened.status());
    }
    ranged = opened.status() == 206;
    etag = opened.header("ETag").filter(tag -> tag.startsWith("\"")).orElse(null);
  }

  /** The whole came: what is known of it already is passed over. */
  private void acceptWhole(Answer opened, Attempted attempted) throws IOException {
    if (opened.contentLength().isPresent()
        && opened.contentLength().getAsLong() != content.size()) {
      throw new DigestMismatchException(
          what, content.size() + " bytes", opened.contentLength().getAsLong() + " bytes");
    }
    try {
      opened.body().skipNBytes(position);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw Exchanges.broken(attempted, e);
    }
  }

  private void requireRange(Answer opened, Attempted attempted) throws RegistryException {
    List<String> headers = opened.headers("Content-Range");
    Optional<ContentRange> told =
        headers.size() == 1 ? ContentRange.parse(headers.get(0)) : Optional.empty();
    Optional<ByteRange> range = told.flatMap(ContentRange::range);
    ByteRange wanted = new ByteRange(position, end - 1);
    boolean sizeFits =
        told.isPresent()
            && (told.get().size().isEmpty() || told.get().size().getAsLong() == content.size());
    boolean lengthFits =
        opened.contentLength().isEmpty() || opened.contentLength().getAsLong() == wanted.length();
    if (!range.equals(Optional.of(wanted)) || !sizeFits || !lengthFits) {
      throw Refusals.protocol(
          attempted,
          "bytes "
              + wanted
              + " of "
              + content.size()
              + " were asked for, its Content-Range is "
              + (headers.isEmpty() ? "missing" : Refusals.shown(headers.toString(), List.of())));
    }
  }
}
