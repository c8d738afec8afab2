package dev.imbrex.benchmarks.recipes;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/**
 * Bytes allocated by all threads, those that ended included: by how much the young generation grew,
 * with no collection meanwhile.
 */
final class Allocation {
  private final MemoryPoolMXBean eden =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getName().contains("Eden"))
          .findFirst()
          .orElseThrow();
  private long used;
  private long collections;

  void begin() {
    System.gc();
    collections = collections();
    used = eden.getUsage().getUsed();
  }

  long end() {
    long grown = eden.getUsage().getUsed() - used;
    if (collections() != collections) {
      throw new IllegalStateException("The young generation is too small: see Comparison");
    }
    return grown;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
