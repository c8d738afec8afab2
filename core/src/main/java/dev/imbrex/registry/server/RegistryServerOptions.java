package dev.imbrex.registry.server;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * How a {@link RegistryServer} works. Immutable; {@code with…} returns a copy.
 *
 * <p>The defaults suit a test: any free port on the loopback address, plain http, everybody may do
 * everything.
 */
public final class RegistryServerOptions {
  /** What can be deleted. */
  public enum Deletable {
    /** A tag; the manifest stays. */
    TAG,
    /** A manifest by digest, with its tags. */
    MANIFEST,
    /** A blob. */
    BLOB
  }

  private static final RegistryServerOptions DEFAULTS = new RegistryServerOptions(new Draft());

  private final Draft values;

  private RegistryServerOptions(Draft values) {
    this.values = values;
  }

  /** The defaults. */
  public static RegistryServerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A copy for another address: the host name or address of the interface to listen on, and a port;
   * 0 is any that is free.
   */
  public RegistryServerOptions withAddress(String host, int port) {
    return with(
        draft -> {
          draft.host = Objects.requireNonNull(host);
          draft.port = requirePort(port);
        });
  }

  /** A copy that speaks https with the keys of this context. */
  public RegistryServerOptions withTls(SSLContext context) {
    return with(draft -> draft.tls = Optional.of(context));
  }

  /** A copy that, over https, serves only clients with a certificate the TLS context trusts. */
  public RegistryServerOptions withClientCertificates(boolean required) {
    return with(draft -> draft.clientCertificates = required);
  }

  /** A copy that asks who its clients are. */
  public RegistryServerOptions withAccess(RegistryAccess access) {
    return with(draft -> draft.access = Optional.of(access));
  }

  /** A copy that takes nothing in, and deletes nothing. */
  public RegistryServerOptions withReadOnly(boolean readOnly) {
    return with(draft -> draft.readOnly = readOnly);
  }

  /** A copy that lets these be deleted, and answers 405 to the rest; all are by default. */
  public RegistryServerOptions withDeletable(Set<Deletable> kinds) {
    return with(draft -> draft.deletable = Set.copyOf(new TreeSet<>(kinds)));
  }

  /**
   * A copy that refuses manifests whose blobs are not in the repository, other than
   * nondistributable layers. By default, they are taken (SN-T6).
   */
  public RegistryServerOptions withBlobsRequired(boolean required) {
    return with(draft -> draft.blobsRequired = required);
  }

  /** A copy with another largest manifest, in bytes; 8 MiB by default. */
  public RegistryServerOptions withManifestBytes(int bytes) {
    return with(draft -> draft.manifestBytes = positive(bytes));
  }

  /** A copy with another largest blob, in bytes; without limit by default. */
  public RegistryServerOptions withBlobBytes(long bytes) {
    return with(draft -> draft.blobBytes = positive(bytes));
  }

  /**
   * A copy that wants each chunk of an upload but the last to have so many bytes at least; 0, the
   * default, for any.
   */
  public RegistryServerOptions withChunkMinBytes(int bytes) {
    return with(draft -> draft.chunkMinBytes = notNegative(bytes));
  }

  /** A copy with another number of uploads that may be open at once; 1,000 by default. */
  public RegistryServerOptions withUploads(int uploads) {
    return with(draft -> draft.uploads = positive(uploads));
  }

  /** A copy that gives up an upload nobody has touched for so long; an hour by default. */
  public RegistryServerOptions withUploadExpiry(Duration expiry) {
    return with(draft -> draft.uploadExpiry = positive(expiry));
  }

  /**
   * A copy with another number of connections at once, each of which takes a thread; 512 by
   * default. When there are as many, the one that has been idle for longest is closed for a new
   * one.
   */
  public RegistryServerOptions withConnections(int connections) {
    return with(draft -> draft.connections = positive(connections));
  }

  /** A copy that closes connections without a request after so long; a minute by default. */
  public RegistryServerOptions withIdleTimeout(Duration timeout) {
    return with(draft -> draft.idleTimeout = positive(timeout));
  }

  /**
   * A copy that closes connections on which the head of a request takes longer than this (20 s by
   * default).
   */
  public RegistryServerOptions withHeadTimeout(Duration timeout) {
    return with(draft -> draft.headTimeout = positive(timeout));
  }

  /** A copy that closes connections whose client stalls in a body for so long; 60 s by default. */
  public RegistryServerOptions withStallTimeout(Duration timeout) {
    return with(draft -> draft.stallTimeout = positive(timeout));
  }

  /**
   * A copy that lists at most so many tags, repositories and referrers in one answer, with a link
   * to the next; 0 for all, the default, unless the client asks for fewer.
   */
  public RegistryServerOptions withPageSize(int entries) {
    return with(draft -> draft.pageSize = notNegative(entries));
  }

  /** A copy with another clock, for the life of tokens and the expiry of uploads. */
  public RegistryServerOptions withClock(Clock clock) {
    return with(draft -> draft.clock = Objects.requireNonNull(clock));
  }

  /**
   * A copy that tells somebody of each failure of the server or its storage, to which it answers
   * 500 and no more. Called from many threads; not at all by default.
   */
  public RegistryServerOptions withFailureListener(Consumer<Exception> listener) {
    return with(draft -> draft.failures = Objects.requireNonNull(listener));
  }

  InetSocketAddress address() {
    return new InetSocketAddress(values.host, values.port);
  }

  Optional<SSLContext> tls() {
    return values.tls;
  }

  boolean clientCertificates() {
    return values.clientCertificates;
  }

  Optional<RegistryAccess> access() {
    return values.access;
  }

  boolean readOnly() {
    return values.readOnly;
  }

  Set<Deletable> deletable() {
    return values.deletable;
  }

  boolean blobsRequired() {
    return values.blobsRequired;
  }

  int manifestBytes() {
    return values.manifestBytes;
  }

  long blobBytes() {
    return values.blobBytes;
  }

  int chunkMinBytes() {
    return values.chunkMinBytes;
  }

  int uploads() {
    return values.uploads;
  }

  Duration uploadExpiry() {
    return values.uploadExpiry;
  }

  int connections() {
    return values.connections;
  }

  Duration idleTimeout() {
    return values.idleTimeout;
  }

  Duration headTimeout() {
    return values.headTimeout;
  }

  Duration stallTimeout() {
    return values.stallTimeout;
  }

  int pageSize() {
    return values.pageSize;
  }

  Clock clock() {
    return values.clock;
  }

  Consumer<Exception> failures() {
    return values.failures;
  }

  private interface Change {
    void apply(Draft draft);
  }

  private RegistryServerOptions with(Change change) {
    Draft copy = new Draft(values);
    change.apply(copy);
    return new RegistryServerOptions(copy);
  }

  private static int requirePort(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("No port: " + port);
    }
    return port;
  }

  private static int positive(int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("Must be above 0: " + value);
    }
    return value;
  }

  private static long positive(long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("Must be above 0: " + value);
    }
    return value;
  }

  private static int notNegative(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("Must not be negative: " + value);
    }
    return value;
  }

  private static Duration positive(Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException("Must be above 0: " + value);
    }
    return value;
  }

  /** The values while a copy is made; never changed once it is. */
  private static final class Draft {
    private String host = "127.0.0.1";
    private int port;
    private Optional<SSLContext> tls = Optional.empty();
    private boolean clientCertificates;
    private Optional<RegistryAccess> access = Optional.empty();
    private boolean readOnly;
    private Set<Deletable> deletable = Set.of(Deletable.values());
    private boolean blobsRequired;
    private int manifestBytes = 8 << 20;
    private long blobBytes = Long.MAX_VALUE;
    private int chunkMinBytes;
    private int uploads = 1000;
    private Duration uploadExpiry = Duration.ofHours(1);
    private int connections = 512;
    private Duration idleTimeout = Duration.ofMinutes(1);
    private Duration headTimeout = Duration.ofSeconds(20);
    private Duration stallTimeout = Duration.ofMinutes(1);
    private int pageSize;
    private Clock clock = Clock.systemUTC();
    private Consumer<Exception> failures = failure -> {};

    Draft() {}

    Draft(Draft other) {
      host = other.host;
      port = other.port;
      tls = other.tls;
      clientCertificates = other.clientCertificates;
      access = other.access;
      readOnly = other.readOnly;
      deletable = other.deletable;
      blobsRequired = other.blobsRequired;
      manifestBytes = other.manifestBytes;
      blobBytes = other.blobBytes;
      chunkMinBytes = other.chunkMinBytes;
      uploads = other.uploads;
      uploadExpiry = other.uploadExpiry;
      connections = other.connections;
      idleTimeout = other.idleTimeout;
      headTimeout = other.headTimeout;
      stallTimeout = other.stallTimeout;
      pageSize = other.pageSize;
      clock = other.clock;
      failures = other.failures;
    }
  }
}
