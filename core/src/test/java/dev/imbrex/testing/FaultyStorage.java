package dev.imbrex.testing;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.testing.StorageFault.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A storage on a bad disk: notes what is asked of the one behind it, and does wrong what
 * {@linkplain #add a test wants}. What is wrong with content lies below the verification, so that
 * {@link #open} keeps its promise, and fails. Safe for use by many threads. Closing it closes the
 * one behind.
 */
public final class FaultyStorage extends FilterStorage {
  /**
   * One operation.
   *
   * @param content the content it was about, where it was about one that was known
   */
  public record Call(Operation operation, Optional<Digest> content) {}

  private final List<Call> calls = new ArrayList<>();
  private final Map<StorageFault, Long> faults = new LinkedHashMap<>();

  private FaultyStorage(Storage in) {
    super(in);
  }

  /** A storage before another one, without a fault so far. */
  public static FaultyStorage on(Storage in) {
    return new FaultyStorage(in);
  }

  /** Does wrong, too, what a fault says, from now on. */
  public FaultyStorage add(StorageFault fault) {
    synchronized (faults) {
      faults.put(fault, 0L);
    }
    return this;
  }

  /** Does nothing wrong from now on. */
  public void heal() {
    synchronized (faults) {
      faults.clear();
    }
  }

  /** What was asked, in order. */
  public List<Call> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  /** The content that operations of this kind were about, in order. */
  public List<Digest> digests(Operation operation) {
    return calls().stream()
        .filter(call -> call.operation() == operation)
        .flatMap(call -> call.content().stream())
        .toList();
  }

  /** Forgets what was asked. */
  public void forgetCalls() {
    synchronized (calls) {
      calls.clear();
    }
  }

  /** Notes an operation and lets it fail; gives the faults whose damage its streams get. */
  private List<StorageFault> begin(Operation operation, Optional<Digest> content)
      throws IOException {
    Call call = new Call(operation, content);
    synchronized (calls) {
      calls.add(call);
    }
    List<StorageFault> now = new ArrayList<>();
    synchronized (faults) {
      for (Map.Entry<StorageFault, Long> entry : faults.entrySet()) {
        if (entry.getKey().meets(call)) {
          if (entry.getKey().meets(entry.getValue())) {
            now.add(entry.getKey());
          }
          entry.setValue(entry.getValue() + 1);
        }
      }
    }
    // Outside of the monitor: a fault may wait.
    for (StorageFault fault : now) {
      fault.before();
    }
    return now;
  }

  private List<StorageFault> begin(Operation operation, Descriptor content) throws IOException {
    return begin(operation, Optional.of(content.digest()));
  }

  private void begin(Operation operation) throws IOException {
    begin(operation, Optional.empty());
  }

  @Override
  public boolean exists(Descriptor content) throws IOException {
    begin(Operation.EXISTS, content);
    return in.exists(content);
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    List<StorageFault> now = begin(Operation.OPEN, content);
    return now.isEmpty()
        ? in.open(content)
        : new VerifiedStream(StorageFault.damage(now, in.openUnverified(content)), content);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return StorageFault.damage(begin(Operation.OPEN, content), in.openUnverified(content));
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    return StorageFault.damage(begin(Operation.OPEN, content), in.open(content, offset, length));
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    in.put(descriptor, StorageFault.damage(begin(Operation.PUT, descriptor), content));
  }

  /** In parts, so that each is noted, and can fail. */
  @Override
  public void copyFrom(Storage source, Descriptor content) throws IOException {
    if (exists(content)) {
      put(content, InputStream.nullInputStream());
      return;
    }
    try (InputStream stream = source.openUnverified(content)) {
      put(content, stream);
    }
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    begin(Operation.WRITE);
    return new FilterBlobWriter(in.write(algorithm)) {
      @Override
      public Digest commit() throws IOException {
        begin(Operation.COMMIT);
        return super.commit();
      }

      @Override
      public void commit(Digest expected) throws IOException {
        begin(Operation.COMMIT, Optional.of(expected));
        super.commit(expected);
      }
    };
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    begin(Operation.BLOBS);
    return in.blobs();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    begin(Operation.DELETE, Optional.of(digest));
    return in.delete(digest, unlessUsedSince);
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    begin(Operation.RESOLVE);
    return in.resolve(name);
  }

  @Override
  public List<StorageEntry> entries() throws IOException {
    begin(Operation.ENTRIES);
    return in.entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    begin(Operation.TAG);
    return in.tag(updates);
  }

  @Override
  public String toString() {
    return "faulty " + in;
  }
}
