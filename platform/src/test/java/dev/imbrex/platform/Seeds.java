package dev.imbrex.platform;

import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import java.util.function.Consumer;

/** Runs generated tests; {@code -Dimbrex.seed=…} repeats one run. */
final class Seeds {
  private Seeds() {}

  static void forEachSeed(int runs, Consumer<Random> test) {
    String given = System.getProperty("imbrex.seed");
    long first = given == null ? System.nanoTime() : Long.parseLong(given);
    for (long seed = first; seed < first + (given == null ? runs : 1); seed++) {
      try {
        test.accept(new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        fail("with -Dimbrex.seed=" + seed, e);
      }
    }
  }
}
