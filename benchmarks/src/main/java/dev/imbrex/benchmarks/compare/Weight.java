package dev.imbrex.benchmarks.compare;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * What memory a contestant takes for a job.
 *
 * @param allocated bytes of objects made, of who runs in this JVM; else -1
 * @param peak bytes resident at most, of who runs as a process; else -1
 */
record Weight(long allocated, long peak) {
  /** Nothing is known. */
  static final Weight UNKNOWN = new Weight(-1, -1);

  private static final int MOST_WAITS = 500;

  /** What one run in this JVM allocates, on all threads, those included that end with it. */
  static Weight ofThisJvm(Contestant.Work work) throws IOException, InterruptedException {
    AtomicLong freed = new AtomicLong();
    AtomicInteger told = new AtomicInteger();
    NotificationListener listener =
        (notification, handback) -> {
          var info =
              GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
          freed.addAndGet(
              sum(info.getGcInfo().getMemoryUsageBeforeGc().values())
                  - sum(info.getGcInfo().getMemoryUsageAfterGc().values()));
          told.incrementAndGet();
        };
    System.gc();
    List<NotificationEmitter> listened = new ArrayList<>();
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (bean instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(listener, null, null);
        listened.add(emitter);
      }
    }
    long collections = collections();
    long before = used();
    try {
      work.run();
      System.gc();
      long after = used();
      for (int i = 0; i < MOST_WAITS && told.get() < collections() - collections; i++) {
        Thread.sleep(10);
      }
      return new Weight(freed.get() + after - before, -1);
    } finally {
      stop(listened, listener);
    }
  }

  private static void stop(List<NotificationEmitter> listened, NotificationListener listener) {
    for (NotificationEmitter emitter : listened) {
      try {
        emitter.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long sum(Iterable<MemoryUsage> usages) {
    long sum = 0;
    for (MemoryUsage usage : usages) {
      sum += usage.getUsed();
    }
    return sum;
  }
}
