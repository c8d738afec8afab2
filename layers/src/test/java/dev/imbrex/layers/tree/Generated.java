package dev.imbrex.layers.tree;

import java.util.Random;

/** Runs a property for many seeds, or for the one that {@code -Dimbrex.seed=N} names. */
final class Generated {
  private static final int ORDINARY = 2000;

  private Generated() {}

  /** A property of what can be made from random numbers. */
  interface Property {
    void check(Random random) throws Exception;
  }

  /**
   * How many cases to try: as many as given in an ordinary run, in which {@code imbrex.cases}
   * counts as 2,000; more or fewer in proportion if {@code -Dimbrex.cases=N} says so.
   */
  static int cases(int usual) {
    return (int) ((long) Integer.getInteger("imbrex.cases", ORDINARY) * usual / ORDINARY);
  }

  static void forSeeds(int cases, Property property) {
    String wanted = System.getProperty("imbrex.seed");
    if (wanted != null) {
      check(Long.parseLong(wanted), property);
      return;
    }
    for (long seed = 1; seed <= cases; seed++) {
      check(seed, property);
    }
  }

  private static void check(long seed, Property property) {
    try {
      property.check(new Random(seed * 0x9E3779B97F4A7C15L));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("fails with -Dimbrex.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
