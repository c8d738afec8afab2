package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.Locale;
import java.util.Optional;

/**
 * A port a container listens on, as a key of {@code ExposedPorts}: {@code 80}, {@code 80/tcp},
 * {@code 53/udp} (SN-C4). Printed with its protocol.
 *
 * @param number the port, 0 to 65535
 * @param protocol the protocol; TCP where none is written
 */
public record ExposedPort(int number, Protocol protocol) implements Comparable<ExposedPort> {
  private static final int MAX = 65_535;

  /** What is spoken on a port. */
  public enum Protocol {
    /** The default. */
    TCP,
    /** Datagrams. */
    UDP,
    /** Stream control transmission. */
    SCTP;

    /** The word in a port key: {@code tcp}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Protocol> find(String word) {
      return switch (word) {
        case "tcp" -> Optional.of(TCP);
        case "udp" -> Optional.of(UDP);
        case "sctp" -> Optional.of(SCTP);
        default -> Optional.empty();
      };
    }
  }

  /** Checks the range. */
  public ExposedPort {
    requireNonNull(protocol, "protocol");
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("Port " + number + ": expected 0 to " + MAX);
    }
  }

  /** A TCP port. */
  public static ExposedPort tcp(int number) {
    return new ExposedPort(number, Protocol.TCP);
  }

  /** A UDP port. */
  public static ExposedPort udp(int number) {
    return new ExposedPort(number, Protocol.UDP);
  }

  /**
   * Reads {@code n}, {@code n/tcp}, {@code n/udp} or {@code n/sctp}.
   *
   * @throws InvalidExposedPortException if the text is not one of these
   */
  public static ExposedPort parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new InvalidExposedPortException(
                    text,
                    "Port "
                        + Quoted.of(text)
                        + ": expected a number to 65535, then /tcp, /udp, /sctp or nothing"));
  }

  /** The port, if the text is one. */
  static Optional<ExposedPort> find(String text) {
    int slash = text.indexOf('/');
    String digits = slash < 0 ? text : text.substring(0, slash);
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 5
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber || Integer.parseInt(digits) > MAX) {
      return Optional.empty();
    }
    return Protocol.find(slash < 0 ? "tcp" : text.substring(slash + 1))
        .map(protocol -> new ExposedPort(Integer.parseInt(digits), protocol));
  }

  @Override
  public int compareTo(ExposedPort other) {
    int byNumber = Integer.compare(number, other.number);
    return byNumber != 0 ? byNumber : protocol.compareTo(other.protocol);
  }

  /** The key of the port: {@code 80/tcp}. */
  @Override
  public String toString() {
    return number + "/" + protocol;
  }
}
