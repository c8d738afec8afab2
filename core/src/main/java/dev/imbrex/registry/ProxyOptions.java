package dev.imbrex.registry;

import dev.imbrex.registry.internal.transport.ProxyRules;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proxies for http and https, and whom to ask without one (SN-G31). Immutable.
 *
 * <p>A proxy is a URL, {@code http://user:password@proxy.example.com:3128}. For https requests the
 * Java platform sends no password to a proxy unless the JVM was started with {@value #SETTING}. A
 * proxy that wants one then is told of in a {@link RegistryException} of status 407, which names
 * this setting.
 */
public final class ProxyOptions {
  /** What lets the platform send a password to a proxy for https. */
  private static final String SETTING = "-Djdk.http.auth.tunneling.disabledSchemes=";

  /** Who is on this machine is not behind a proxy; Go's clients hold it so, too. */
  private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.0/8", "::1");

  private static final int WANTS_TO_KNOW_WHO = 407;

  private static final ProxyOptions NONE = new ProxyOptions(null, null, List.of());

  private final @Nullable URI http;
  private final @Nullable URI https;
  private final List<String> exceptions;

  private ProxyOptions(@Nullable URI http, @Nullable URI https, List<String> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = List.copyOf(exceptions);
  }

  /** No proxy. */
  public static ProxyOptions none() {
    return NONE;
  }

  /**
   * Those of the process that this program runs in: reads the environment variables {@code
   * HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in upper or lower case. This machine,
   * that is {@code localhost} and loopback addresses, is always asked without a proxy.
   *
   * @throws IllegalArgumentException if a proxy is no URL
   */
  public static ProxyOptions fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /** Those that {@link #fromEnvironment()} finds, in another environment. */
  public static ProxyOptions fromEnvironment(Map<String, String> environment) {
    ProxyOptions options = NONE;
    Optional<String> http = variable(environment, "HTTP_PROXY");
    Optional<String> https = variable(environment, "HTTPS_PROXY");
    if (http.isPresent()) {
      options = options.withHttp(url("HTTP_PROXY", http.get()));
    }
    if (https.isPresent()) {
      options = options.withHttps(url("HTTPS_PROXY", https.get()));
    }
    List<String> direct = new ArrayList<>(THIS_MACHINE);
    variable(environment, "NO_PROXY").map(ProxyOptions::list).ifPresent(direct::addAll);
    return options.withExceptions(direct);
  }

  /** A copy with a proxy for http. */
  public ProxyOptions withHttp(URI proxy) {
    return new ProxyOptions(requireProxy(proxy), https, exceptions);
  }

  /** A copy with a proxy for https. */
  public ProxyOptions withHttps(URI proxy) {
    return new ProxyOptions(http, requireProxy(proxy), exceptions);
  }

  /**
   * A copy with others to ask without a proxy: {@code *}, hosts (which stand for the names below
   * them, too), addresses, ranges ({@code 10.0.0.0/8}), each but the last with a port if wanted.
   */
  public ProxyOptions withExceptions(List<String> hosts) {
    return new ProxyOptions(http, https, hosts);
  }

  ProxyRules rules() {
    return new ProxyRules(http, https, exceptions);
  }

  /** What is said to the proxy of a URL, if it has a password. */
  Optional<String> authorization(URI uri) {
    return rules().find(uri).map(URI::getUserInfo).map(user -> "Basic " + base64(user));
  }

  /** What is wrong if the proxy of a URL wants to know who asks, and has not been told. */
  Optional<String> refusal(URI uri, int status) {
    Optional<URI> proxy = status == WANTS_TO_KNOW_WHO ? rules().find(uri) : Optional.<URI>empty();
    return proxy.map(
        url -> {
          if (url.getUserInfo() == null) {
            return "the proxy wants a user and a password, and its URL has none";
          }
          return "https".equals(uri.getScheme())
              ? "the proxy does not know the user and password of its URL; the Java platform sends"
                  + " them for https only if the JVM is started with "
                  + SETTING
              : "the proxy does not accept the user and password of its URL";
        });
  }

  private static String base64(String user) {
    return Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split("[,\\s]+")).filter(entry -> !entry.isEmpty()).toList();
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Optional.ofNullable(environment.get(lower))
        .or(() -> Optional.ofNullable(environment.get(name)))
        .filter(value -> !value.isBlank());
  }

  private static URI url(String name, String text) {
    try {
      return requireProxy(URI.create(text.contains("://") ? text : "http://" + text));
    } catch (IllegalArgumentException e) {
      // Not with its cause, which shows the text, and that may hold a password.
      throw new IllegalArgumentException("The variable " + name + " holds no URL of a proxy");
    }
  }

  private static URI requireProxy(URI proxy) {
    if (!"http".equals(proxy.getScheme()) || proxy.getHost() == null) {
      throw new IllegalArgumentException("A proxy must be an http URL with a host");
    }
    return proxy;
  }

  /** Whether there are proxies; where they are may be a secret, and their passwords are. */
  @Override
  public String toString() {
    return "ProxyOptions[http=" + (http != null) + ", https=" + (https != null) + "]";
  }
}
