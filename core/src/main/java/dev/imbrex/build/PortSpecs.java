package dev.imbrex.build;

import dev.imbrex.manifest.config.ExposedPort;
import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the arguments of {@code EXPOSE} (SN-B26). */
final class PortSpecs {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final int MAX = 65_535;

  private PortSpecs() {}

  /**
   * The ports of {@code [ip:][host:]port[-port][/protocol]}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static List<ExposedPort> parse(String text) {
    int slash = text.lastIndexOf('/');
    String protocol = slash < 0 ? "tcp" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
    String ports = slash < 0 ? text : text.substring(0, slash);
    String container = ports.substring(ports.lastIndexOf(':') + 1);
    Matcher matcher = RANGE.matcher(container);
    boolean known = List.of("tcp", "udp", "sctp", "").contains(protocol);
    if (!matcher.matches() || !known) {
      throw bad(text);
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (last < first || last > MAX) {
      throw bad(text);
    }
    List<ExposedPort> found = new ArrayList<>();
    for (int port = first; port <= last; port++) {
      found.add(ExposedPort.parse(port + "/" + (protocol.isEmpty() ? "tcp" : protocol)));
    }
    return found;
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "expected a port or a range of ports to 65535, then /tcp, /udp, /sctp or nothing, not "
            + Quoted.of(text));
  }
}
