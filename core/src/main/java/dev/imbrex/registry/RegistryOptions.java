package dev.imbrex.registry;

import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.registry.credentials.Credentials;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a {@link RegistryClient} behaves. The defaults read neither environment nor files: no
 * credential, no proxy, no mirror.
 *
 * <pre>{@code
 * RegistryOptions.defaults()
 *     .withCredentials(Credentials.fromEnvironment())
 *     .withProxy(ProxyOptions.fromEnvironment())
 *     .withHost("registry.local:5000", HostOptions.DEFAULT.withInsecure(true))
 * }</pre>
 *
 * Immutable.
 */
public final class RegistryOptions {
  private static final String PRODUCT = "imbrex/0.1";

  private static final class Draft {
    private RegistryEndpoints endpoints = RegistryEndpoints.defaults();
    private HostOptions anyHost = HostOptions.DEFAULT;
    private Map<String, HostOptions> hosts = Map.of();
    private List<RegistryMirror> mirrors = List.of();
    private Credentials credentials = Credentials.none();
    private RegistryTimeouts timeouts = RegistryTimeouts.DEFAULT;
    private RetryOptions retries = RetryOptions.DEFAULT;
    private TlsOptions tls = TlsOptions.defaults();
    private ProxyOptions proxy = ProxyOptions.none();
    private DocumentLimits limits = DocumentLimits.DEFAULT;
    private WarningListener warnings = (host, text) -> {};
    private String userAgent = PRODUCT;
    private int connections = 32;
    private boolean privateTargets;
    private Clock clock = Clock.systemUTC();
    private Sleeper sleeper = Sleeper.THREAD;

    private Draft copy() {
      Draft copy = new Draft();
      copy.endpoints = endpoints;
      copy.anyHost = anyHost;
      copy.hosts = hosts;
      copy.mirrors = mirrors;
      copy.credentials = credentials;
      copy.timeouts = timeouts;
      copy.retries = retries;
      copy.tls = tls;
      copy.proxy = proxy;
      copy.limits = limits;
      copy.warnings = warnings;
      copy.userAgent = userAgent;
      copy.connections = connections;
      copy.privateTargets = privateTargets;
      copy.clock = clock;
      copy.sleeper = sleeper;
      return copy;
    }
  }

  private static final RegistryOptions DEFAULTS = new RegistryOptions(new Draft());

  // Not changed any more once it is here.
  private final Draft values;

  private RegistryOptions(Draft values) {
    this.values = values;
  }

  /** The defaults. */
  public static RegistryOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with another table of where registries answer (SN-R19). */
  public RegistryOptions withEndpoints(RegistryEndpoints endpoints) {
    return with(draft -> draft.endpoints = endpoints);
  }

  /**
   * A copy with options for one host.
   *
   * @param host the host that is asked, with its port if one is given: for {@code docker.io} that
   *     is {@code registry-1.docker.io}
   */
  public RegistryOptions withHost(String host, HostOptions options) {
    Map<String, HostOptions> more = new LinkedHashMap<>(values.hosts);
    more.put(host, options);
    return with(draft -> draft.hosts = more);
  }

  /** A copy with options for all hosts that have none of their own. */
  public RegistryOptions withAnyHost(HostOptions options) {
    return with(draft -> draft.anyHost = options);
  }

  /** A copy with one more mirror, which is asked after those before it. */
  public RegistryOptions withMirror(RegistryMirror mirror) {
    List<RegistryMirror> more = new ArrayList<>(values.mirrors);
    more.add(mirror);
    return with(draft -> draft.mirrors = List.copyOf(more));
  }

  /** A copy with credentials; those for a mirror are looked up under the host of the mirror. */
  public RegistryOptions withCredentials(Credentials credentials) {
    return with(draft -> draft.credentials = credentials);
  }

  /** A copy with other time limits. */
  public RegistryOptions withTimeouts(RegistryTimeouts timeouts) {
    return with(draft -> draft.timeouts = timeouts);
  }

  /** A copy that tries more often, or less. */
  public RegistryOptions withRetries(RetryOptions retries) {
    return with(draft -> draft.retries = retries);
  }

  /** A copy with other rules of whom to trust. */
  public RegistryOptions withTls(TlsOptions tls) {
    return with(draft -> draft.tls = tls);
  }

  /** A copy with proxies. */
  public RegistryOptions withProxy(ProxyOptions proxy) {
    return with(draft -> draft.proxy = proxy);
  }

  /** A copy with other limits for manifests and lists (SN-M16). */
  public RegistryOptions withLimits(DocumentLimits limits) {
    return with(draft -> draft.limits = limits);
  }

  /** A copy that hands warnings of registries on. */
  public RegistryOptions withWarnings(WarningListener warnings) {
    return with(draft -> draft.warnings = warnings);
  }

  /**
   * A copy that names another product before this library to registries.
   *
   * @param product name and version, {@code builder/2.1}; visible ASCII characters and spaces
   */
  public RegistryOptions withProduct(String product) {
    if (!product.matches("[!-~]([ -~]*[!-~])?")) {
      throw new IllegalArgumentException("The name of a product is of visible ASCII characters");
    }
    return with(draft -> draft.userAgent = product + " " + PRODUCT);
  }

  /** A copy with another number of requests under way at once to all hosts, 1 at least. */
  public RegistryOptions withConnections(int connections) {
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be 1 at least, not " + connections);
    }
    return with(draft -> draft.connections = connections);
  }

  /**
   * A copy that lets registries with a public address send us to a private one (SN-G7, SN-G14), or
   * does not, which is the default.
   */
  public RegistryOptions withPrivateTargets(boolean allowed) {
    return with(draft -> draft.privateTargets = allowed);
  }

  /** A copy that tells the time, for the age of tokens, by another clock. */
  public RegistryOptions withClock(Clock clock) {
    return with(draft -> draft.clock = clock);
  }

  RegistryOptions withSleeper(Sleeper sleeper) {
    return with(draft -> draft.sleeper = sleeper);
  }

  RegistryEndpoints endpoints() {
    return values.endpoints;
  }

  HostOptions host(String host) {
    return values.hosts.getOrDefault(host, values.anyHost);
  }

  List<RegistryMirror> mirrors() {
    return values.mirrors;
  }

  Credentials credentials() {
    return values.credentials;
  }

  RegistryTimeouts timeouts() {
    return values.timeouts;
  }

  RetryOptions retries() {
    return values.retries;
  }

  TlsOptions tls() {
    return values.tls;
  }

  ProxyOptions proxy() {
    return values.proxy;
  }

  DocumentLimits limits() {
    return values.limits;
  }

  WarningListener warnings() {
    return values.warnings;
  }

  String userAgent() {
    return values.userAgent;
  }

  int connections() {
    return values.connections;
  }

  boolean privateTargets() {
    return values.privateTargets;
  }

  Clock clock() {
    return values.clock;
  }

  Sleeper sleeper() {
    return values.sleeper;
  }

  private RegistryOptions with(Consumer<Draft> change) {
    Draft copy = values.copy();
    change.accept(copy);
    return new RegistryOptions(copy);
  }
}
