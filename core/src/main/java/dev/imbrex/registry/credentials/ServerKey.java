package dev.imbrex.registry.credentials;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What credentials are filed under (SN-G12): a registry, and a repository there.
 *
 * @param host the registry, {@code docker.io} under whatever name it came
 * @param path the repository; may be empty
 */
record ServerKey(String host, String path) {
  private static final String HUB = "docker.io";
  private static final List<String> HUB_NAMES =
      List.of(HUB, "index.docker.io", "registry-1.docker.io");
  private static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final Pattern SCHEME = Pattern.compile("^https?://", Pattern.CASE_INSENSITIVE);

  static ServerKey of(String host, String path) {
    String lower = host.toLowerCase(Locale.ROOT);
    return new ServerKey(HUB_NAMES.contains(lower) ? HUB : lower, path);
  }

  /** The key as Docker files it, and its helpers know it. */
  String helperKey() {
    return host.equals(HUB) ? HUB_KEY : host;
  }

  /**
   * How well a key of a file fits: 0 if it is for something else, more the closer it is.
   *
   * @param filed a host, a host and the beginning of a path, or a URL of which the host counts
   */
  int fit(String filed) {
    boolean url = SCHEME.matcher(filed).find();
    String rest = SCHEME.matcher(filed).replaceFirst("");
    int slash = rest.indexOf('/');
    String filedHost = slash < 0 ? rest : rest.substring(0, slash);
    if (!of(filedHost, "").host.equals(host)) {
      return 0;
    }
    String filedPath = slash < 0 ? "" : rest.substring(slash + 1).replaceFirst("/+$", "");
    if (url || filedPath.isEmpty() || filedPath.equals("v1") || filedPath.equals("v2")) {
      // A key that is just the host is the closest of those for the whole registry.
      return rest.equals(host) && !url ? 3 : filed.equals(helperKey()) ? 2 : 1;
    }
    boolean within = path.equals(filedPath) || path.startsWith(filedPath + "/");
    return within ? 3 + filedPath.length() : 0;
  }
}
