package dev.imbrex.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.guest.Attempt.Way;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every long operation ends soon after it is told to, wherever it is, as it is documented; nothing
 * of it goes on, and nothing is left. With {@code -Dimbrex.stops=20} each is stopped so many times
 * in either way, and how long that took is written to {@code target/cancellation.md}; {@code
 * -Dimbrex.operations=REGEX} chooses some.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CancellationIT {
  private static final int STOPS = Integer.getInteger("imbrex.stops", 1);
  private static final long SEED = Long.getLong("imbrex.seed", 20_261_126);
  private static final Pattern NAMES = Pattern.compile(System.getProperty("imbrex.operations", ""));

  /** Longer ones are stopped earlier, so that the test ends. */
  private static final long LATEST_NANOS = TimeUnit.SECONDS.toNanos(2);

  @TempDir static Path directory;

  private static final Latencies LATENCIES = new Latencies();
  private static LongInputs inputs;
  private static ImageOperations images;
  private static StoreOperations stores;

  private final Random random = new Random(SEED);
  private static int attempts;

  @BeforeAll
  static void create() throws IOException {
    inputs = new LongInputs(Files.createDirectory(directory.resolve("inputs")));
    images = new ImageOperations(inputs);
    stores = new StoreOperations(inputs);
  }

  @AfterAll
  static void close() throws IOException {
    for (Closeable made : Arrays.asList(stores, images, inputs)) {
      if (made != null) {
        made.close();
      }
    }
  }

  static Stream<LongOperation> operations() throws IOException {
    List<LongOperation> all = new ArrayList<>(LayerOperations.of(inputs));
    all.addAll(images.list());
    all.addAll(stores.list());
    return all.stream().filter(operation -> NAMES.matcher(operation.name()).find());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void stops(LongOperation operation) throws Exception {
    long nanos =
        operation.isEndless()
            ? TimeUnit.MILLISECONDS.toNanos(300)
            : Attempt.complete(operation, directory.resolve("complete"));
    for (Way way : Way.values()) {
      if (way == Way.INTERRUPTED || operation.isTold()) {
        stops(operation, way, Math.min(nanos, LATEST_NANOS));
      }
    }
    LATENCIES.writeTo(Path.of("target", "cancellation.md"));
  }

  /** At any moment of its time; where it had ended before, it may have been warm by now. */
  private void stops(LongOperation operation, Way way, long nanos) throws Exception {
    long time = nanos;
    List<Long> latencies = new ArrayList<>();
    for (int failures = 0; latencies.size() < STOPS; ) {
      Path place = directory.resolve("attempt-" + attempts++);
      long moment = (long) (time * random.nextDouble());
      long latency = Attempt.stop(operation, way, moment, place);
      if (latency >= 0) {
        latencies.add(latency);
      } else {
        assertThat(++failures).describedAs("attempts that were too late").isLessThan(20 + STOPS);
        time = Math.min(time, -latency);
      }
    }
    LATENCIES.add(operation, way, nanos, latencies);
  }
}
