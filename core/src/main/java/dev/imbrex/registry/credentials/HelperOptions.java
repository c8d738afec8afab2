package dev.imbrex.registry.credentials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the programs are run that keep credentials, {@code docker-credential-…} (SN-G13).
 *
 * @param timeout how long one may take before it is killed; 30 seconds unless told
 * @param directory where the programs are; empty for the search path of the process
 * @param fallThrough whether a helper that fails, or knows nothing, is passed over for what the
 *     file itself holds; without, its failure is an error, and what it does not know nobody knows
 */
public record HelperOptions(Duration timeout, Optional<Path> directory, boolean fallThrough) {
  /** Half a minute, the search path, no falling through. */
  public static final HelperOptions DEFAULT =
      new HelperOptions(Duration.ofSeconds(30), Optional.empty(), false);

  /** Checks that the time is positive. */
  public HelperOptions {
    Objects.requireNonNull(directory);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("A time limit of " + timeout);
    }
  }

  /** A copy with another time limit. */
  public HelperOptions withTimeout(Duration newTimeout) {
    return new HelperOptions(newTimeout, directory, fallThrough);
  }

  /** A copy that takes the programs from a directory. */
  public HelperOptions withDirectory(Path newDirectory) {
    return new HelperOptions(timeout, Optional.of(newDirectory), fallThrough);
  }

  /** A copy that passes helpers over which fail or know nothing, or does not. */
  public HelperOptions withFallThrough(boolean newFallThrough) {
    return new HelperOptions(timeout, directory, newFallThrough);
  }
}
