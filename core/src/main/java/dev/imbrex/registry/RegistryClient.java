package dev.imbrex.registry;

import dev.imbrex.manifest.reference.Repository;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.wire.AccessScope;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client of registries (OCI distribution-spec 1.1). It opens repositories as storages, on which
 * an {@link dev.imbrex.image.ImageStore} works as on any other: to push is to add an image to the
 * store of a repository, to pull is to add one from there.
 *
 * <pre>{@code
 * try (RegistryClient client =
 *         RegistryClient.create(
 *             RegistryOptions.defaults().withCredentials(Credentials.fromEnvironment()));
 *     ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
 *   Image pushed = registry.add(app);
 *   registry.tag("registry.example.com/team/app:1.0", pushed);
 *   Image pulled = store.add(registry.require("1.0"));
 * }
 * }</pre>
 *
 * <p>Connections, tokens and what is known of each registry are shared by all repositories of a
 * client, so one client does for a program. Safe for use by many threads. {@link #close} ends its
 * threads and connections at once, those of downloads and uploads under way as well.
 */
public final class RegistryClient implements Closeable {
  private final RegistryOptions options;
  private final Exchanges exchanges;
  private final TokenCache tokens;
  private final Map<String, RegistryHost> hosts = new ConcurrentHashMap<>();
  private final Map<String, BlobPlaces> places = new ConcurrentHashMap<>();
  private final Map<Repository, ReentrantLock> locks = new ConcurrentHashMap<>();

  private RegistryClient(RegistryOptions options) {
    this.options = options;
    this.exchanges = new Exchanges(options);
    this.tokens = new TokenCache(new TokenService(exchanges, options), options.clock());
  }

  /** A client with the default options: no credential, no proxy. */
  public static RegistryClient create() {
    return create(RegistryOptions.defaults());
  }

  /** A client. No connection is made yet. */
  public static RegistryClient create(RegistryOptions options) {
    return new RegistryClient(Objects.requireNonNull(options));
  }

  /**
   * The storage in a repository, which need not exist. Nothing is asked yet.
   *
   * @param name the name of the repository as people write it: {@code registry.example.com/app}
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if it is none
   */
  public RegistryStorage repository(String name) {
    return repository(Repository.parse(name));
  }

  /** The storage in a repository, as {@link #repository(String)}. */
  public RegistryStorage repository(Repository repository) {
    RegistryHost host = host(repository.requireDomain());
    RepositoryAccess own = new RepositoryAccess(host, repository.path(), Optional.empty());
    List<RepositoryAccess> mirrors = new ArrayList<>();
    for (RegistryMirror mirror : options.mirrors()) {
      mirror
          .mirrored(repository.toString())
          .ifPresent(name -> mirrors.add(mirror(mirror, name, repository)));
    }
    return new RegistryStorage(
        repository,
        own,
        mirrors,
        places.computeIfAbsent(host.host(), h -> new BlobPlaces()),
        locks.computeIfAbsent(repository, r -> new ReentrantLock()));
  }

  /**
   * Checks that a registry answers and takes our credential for it (SN-G3).
   *
   * @param registry the registry as names have it: {@code docker.io}, {@code host:5000}
   * @throws RegistryException if it does not, or does not speak this protocol
   */
  public void ping(String registry) throws IOException {
    RegistryCall call = RegistryCall.of("GET", "", Scopes.none());
    try (Answer answer = host(registry).call(call, "")) {
      if (answer.status() != 200) {
        throw Refusals.protocol(
            Attempted.of("GET", answer.uri()), "status " + answer.status() + " where 200 was due");
      }
    }
  }

  /**
   * The paths of all repositories of a registry, in its order. Most public ones refuse.
   *
   * @param registry the registry as names have it
   */
  public List<String> catalog(String registry) throws IOException {
    return new NameList(
            host(registry), "", "_catalog", "repositories", Scopes.of(AccessScope.catalog()))
        .all(RegistryStorage.PAGE);
  }

  /** Ends all threads and connections. What is under way fails. */
  @Override
  public void close() {
    exchanges.close();
  }

  private RegistryHost host(String domain) {
    return hosts.computeIfAbsent(
        domain,
        name ->
            new RegistryHost(options.endpoints().hostOf(name), name, options, exchanges, tokens));
  }

  private RepositoryAccess mirror(RegistryMirror mirror, String name, Repository mirrored) {
    int slash = name.indexOf('/');
    String host = name.substring(0, slash);
    Optional<String> source =
        mirror.namesSource() ? Optional.of(mirrored.requireDomain()) : Optional.empty();
    return new RepositoryAccess(
        hosts.computeIfAbsent(
            "mirror " + host, h -> new RegistryHost(host, host, options, exchanges, tokens)),
        name.substring(slash + 1),
        source);
  }
}
