package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.wire.OciError;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes an exception of an answer that is none to the question (SN-G32). */
final class Refusals {
  private static final int READ = 64 << 10;
  private static final int SHOWN = 300;

  private final Clock clock;

  Refusals(Clock clock) {
    this.clock = clock;
  }

  /**
   * Reads the body of an answer, and closes it.
   *
   * @param secrets what the request showed; should the server repeat it, it is taken out
   */
  RegistryException of(String method, Answer answer, List<String> secrets) {
    byte[] body = body(answer);
    List<RegistryError> errors =
        OciError.parse(body).stream()
            .map(e -> new RegistryError(shown(e.code(), secrets), shown(e.message(), secrets)))
            .toList();
    int status = answer.status();
    String said =
        errors.isEmpty()
            ? shown(new String(body, UTF_8), secrets)
            : errors.stream()
                .map(error -> (error.code() + " " + error.message()).strip())
                .collect(Collectors.joining("; "));
    return new RegistryException(
        kind(status, errors),
        Attempted.of(method, answer.uri()),
        "status " + status + (said.isEmpty() ? "" : ": " + said),
        status,
        errors,
        retryAfter(answer),
        null);
  }

  static RegistryException protocol(Attempted attempted, String problem) {
    return new RegistryException(Kind.PROTOCOL, attempted, problem);
  }

  /** It did not come to the registry. */
  static RegistryException ofProxy(Attempted attempted, String problem, int status) {
    return new RegistryException(
        Kind.UNAUTHORIZED, attempted, problem, status, List.of(), null, null);
  }

  /** The body of an answer is not what it should be. */
  static RegistryException malformed(Attempted attempted, ImageException cause) {
    return new RegistryException(
        Kind.PROTOCOL,
        attempted,
        "the answer cannot be read: " + shown(String.valueOf(cause.getMessage()), List.of()),
        0,
        List.of(),
        null,
        cause);
  }

  private static byte[] body(Answer answer) {
    try (answer) {
      return answer.bytes(READ);
    } catch (IOException e) {
      // The status has to do.
      return new byte[0];
    }
  }

  private static Kind kind(int status, List<RegistryError> errors) {
    if (errors.stream().anyMatch(error -> error.code().equals("MANIFEST_BLOB_UNKNOWN"))) {
      return Kind.MANIFEST_BLOB_UNKNOWN;
    }
    return switch (status) {
      case 401 -> Kind.UNAUTHORIZED;
      case 403 -> Kind.DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 405 -> Kind.UNSUPPORTED;
      case 429 -> Kind.TOO_MANY_REQUESTS;
      case 408, 500, 502, 503, 504 -> Kind.UNAVAILABLE;
      default ->
          errors.stream().anyMatch(error -> error.code().equals("UNSUPPORTED"))
              ? Kind.UNSUPPORTED
              : Kind.OTHER;
    };
  }

  /** A number of seconds, or a date. */
  private @Nullable Duration retryAfter(Answer answer) {
    Optional<String> text = answer.header("Retry-After");
    if (text.isEmpty()) {
      return null;
    }
    if (text.get().matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text.get()));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(text.get(), DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration left = Duration.between(clock.instant(), until.toInstant());
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Text of a server on one line, cut, and without what must not be repeated. */
  static String shown(String text, List<String> secrets) {
    String clean = text;
    for (String secret : secrets) {
      if (!secret.isEmpty()) {
        clean = clean.replace(secret, "[hidden]");
      }
    }
    clean = clean.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
  }
}
