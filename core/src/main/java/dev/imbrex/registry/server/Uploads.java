package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The uploads that are open. Safe for use by many threads. */
final class Uploads implements Closeable {
  // A client whose connection broke comes back before the server has noticed.
  private static final long PATIENCE_SECONDS = 10;

  private final Storage storage;
  private final int most;
  private final Duration expiry;
  private final Clock clock;
  private final Map<String, UploadSession> sessions = new ConcurrentHashMap<>();

  /** What is done with a session while nobody else uses it. */
  interface Work<T> {
    T run(UploadSession session) throws IOException;
  }

  Uploads(Storage storage, RegistryServerOptions options) {
    this.storage = storage;
    this.most = options.uploads();
    this.expiry = options.uploadExpiry();
    this.clock = options.clock();
  }

  UploadSession start(RepositoryName repository, DigestAlgorithm algorithm) throws Refusal {
    if (sessions.size() >= most) {
      throw new Refusal(ErrorCode.TOOMANYREQUESTS, "There are " + most + " uploads already")
          .with("Retry-After", "5");
    }
    String id = UUID.randomUUID().toString();
    UploadSession session = new UploadSession(id, repository, storage, algorithm, clock.instant());
    sessions.put(id, session);
    return session;
  }

  /**
   * Works on a session, when no other request does any more.
   *
   * @throws Refusal with BLOB_UPLOAD_UNKNOWN if there is none of this id in the repository
   */
  <T> T working(RepositoryName repository, String id, Work<T> work) throws IOException {
    UploadSession session = sessions.get(id);
    if (session == null || !session.repository().equals(repository)) {
      throw unknown();
    }
    lock(session);
    try {
      if (session.isEnded()) {
        throw unknown();
      }
      session.use(clock.instant());
      return work.run(session);
    } finally {
      session.use(clock.instant());
      if (session.isEnded()) {
        sessions.remove(id);
      }
      session.lock().unlock();
    }
  }

  /** Gives up what nobody has touched for too long. */
  void expire() {
    Instant oldest = clock.instant().minus(expiry);
    for (UploadSession session : sessions.values()) {
      if (session.lastUsed().isBefore(oldest) && session.lock().tryLock()) {
        try {
          if (session.lastUsed().isBefore(oldest)) {
            abandon(session);
          }
        } finally {
          session.lock().unlock();
        }
      }
    }
  }

  /** How many there are. */
  int count() {
    return sessions.size();
  }

  /** Gives up all of them. Nobody works on one any more. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (UploadSession session : sessions.values()) {
      try {
        session.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    sessions.clear();
    if (failure != null) {
      throw failure;
    }
  }

  private void abandon(UploadSession session) {
    sessions.remove(session.id());
    try {
      session.close();
    } catch (IOException e) {
      // Its temporary file stays; the storage sweeps it by age.
      return;
    }
  }

  private static void lock(UploadSession session) throws IOException {
    try {
      if (!session.lock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new Refusal(
            409, ErrorCode.BLOB_UPLOAD_INVALID, "Another request is writing to this upload");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for an upload");
    }
  }

  private static Refusal unknown() {
    return new Refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, "There is no such upload");
  }
}
