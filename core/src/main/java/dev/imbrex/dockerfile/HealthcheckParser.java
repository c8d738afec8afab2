package dev.imbrex.dockerfile;

import dev.imbrex.manifest.config.Healthcheck;
import dev.imbrex.manifest.internal.text.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a health check (SN-B25). */
final class HealthcheckParser {
  private static final Duration LEAST = Duration.ofMillis(1);

  private final String file;
  private final Statement statement;
  private final FlagValues flags;

  HealthcheckParser(String file, Statement statement, FlagValues flags) {
    this.file = file;
    this.statement = statement;
    this.flags = flags;
  }

  Healthcheck parse() throws DockerfileException {
    String text = statement.arguments();
    int end = Blanks.find(text, 0);
    String kind = text.substring(0, end).toUpperCase(Locale.ROOT);
    String rest = Blanks.trim(text.substring(end));
    return switch (kind) {
      case "NONE" -> none(rest);
      case "CMD" -> check(test(rest));
      case "" -> throw problem("needs NONE, or CMD and a command");
      default -> throw problem("expected NONE or CMD, not " + Quoted.of(kind));
    };
  }

  private Healthcheck none(String rest) throws DockerfileException {
    if (!rest.isEmpty()) {
      throw problem("nothing may follow NONE, and here is " + Quoted.of(rest));
    }
    return Healthcheck.none();
  }

  private List<String> test(String rest) throws DockerfileException {
    Optional<JsonWords.Result> json =
        rest.startsWith("[") ? JsonWords.parse(rest) : Optional.empty();
    if (json.isPresent() && !json.get().areStrings()) {
      throw problem("the JSON form must have strings only, in double quotes");
    }
    if (rest.isEmpty() || (json.isPresent() && json.get().words().isEmpty())) {
      throw problem("there is no command after CMD");
    }
    if (json.isEmpty()) {
      return List.of("CMD-SHELL", rest);
    }
    List<String> test = new ArrayList<>(List.of("CMD"));
    test.addAll(json.get().words());
    return test;
  }

  private Healthcheck check(List<String> test) throws DockerfileException {
    return new Healthcheck(
        test,
        duration("interval"),
        duration("timeout"),
        duration("start-period"),
        duration("start-interval"),
        retries());
  }

  private Duration duration(String name) throws DockerfileException {
    Optional<String> written = flags.text(name);
    if (written.isEmpty()) {
      return Duration.ZERO;
    }
    Duration time =
        GoDuration.parse(written.get())
            .orElseThrow(
                () ->
                    problem(
                        "--" + name + " is a time such as 1m30s, not " + Quoted.of(written.get())));
    if (!time.isZero() && time.compareTo(LEAST) < 0) {
      throw problem("--" + name + " is 0 or at least 1ms, not " + Quoted.of(written.get()));
    }
    return time;
  }

  private int retries() throws DockerfileException {
    String written = flags.text("retries").orElse("0");
    try {
      int retries = Integer.parseInt(written);
      if (retries >= 0) {
        return retries;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw problem("--retries is a number from 0 on, not " + Quoted.of(written));
  }

  private DockerfileException problem(String what) {
    return new DockerfileException(file, statement.range(), "HEALTHCHECK", what, "");
  }
}
