package dev.imbrex.testing;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Knows which streams, writers and leases of a storage are open, and who opened them. */
final class TrackedStorage extends FilterStorage {
  /** Where something was opened. */
  static final class OpenedHere extends Exception {
    private static final long serialVersionUID = 1;

    OpenedHere(String what) {
      super(what + " was opened here");
    }
  }

  private final Map<Object, OpenedHere> open = new LinkedHashMap<>();

  TrackedStorage(Storage in) {
    super(in);
  }

  /** What is open, in the order it was opened. */
  List<OpenedHere> stillOpen() {
    synchronized (open) {
      return new ArrayList<>(open.values());
    }
  }

  private void opened(Object thing, String what) {
    synchronized (open) {
      open.put(thing, new OpenedHere(what));
    }
  }

  private void closed(Object thing) {
    synchronized (open) {
      open.remove(thing);
    }
  }

  private InputStream tracked(InputStream in, Descriptor content) {
    InputStream stream =
        new FilterInputStream(in) {
          @Override
          public void close() throws IOException {
            closed(this);
            super.close();
          }
        };
    opened(stream, "A stream of " + content.digest());
    return stream;
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    return tracked(in.open(content), content);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return tracked(in.openUnverified(content), content);
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    return tracked(in.open(content, offset, length), content);
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    BlobWriter writer =
        new FilterBlobWriter(in.write(algorithm)) {
          @Override
          public void close() throws IOException {
            closed(this);
            super.close();
          }
        };
    opened(writer, "The writer of a blob");
    return writer;
  }

  @Override
  public Lease lease() throws IOException {
    Lease inner = in.lease();
    Lease lease =
        new Lease() {
          @Override
          public Instant since() {
            return inner.since();
          }

          @Override
          public void close() throws IOException {
            closed(this);
            inner.close();
          }
        };
    opened(lease, "A lease");
    return lease;
  }
}
