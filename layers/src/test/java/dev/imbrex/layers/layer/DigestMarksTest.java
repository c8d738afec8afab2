package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.DigestMarks.Collector;
import dev.imbrex.layers.layer.DigestMarks.Mark;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digests on the way are those of the bytes before, computed apart. */
class DigestMarksTest {
  private static DigestMarks read(byte[] bytes, Random random) throws IOException {
    DigestedInput in = DigestedInput.marking(new ByteArrayInputStream(bytes));
    byte[] block = new byte[3 * Collector.LEAST_DISTANCE];
    while (in.read(block, 0, 1 + random.nextInt(block.length)) >= 0) {
      assertThat(in.count()).isLessThanOrEqualTo(bytes.length);
    }
    return in.marks();
  }

  private static Object digest(byte[] bytes, int length) {
    Digester digester = DigestAlgorithm.SHA256.newDigester();
    digester.update(bytes, 0, length);
    return digester.finish();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        Collector.LEAST_DISTANCE - 1,
        Collector.LEAST_DISTANCE,
        Collector.LEAST_DISTANCE + 1,
        10 * Collector.LEAST_DISTANCE + 5,
        // Twice as far apart, and four times.
        Collector.MOST * Collector.LEAST_DISTANCE,
        (Collector.MOST + 1) * Collector.LEAST_DISTANCE,
        (2 * Collector.MOST + 3) * Collector.LEAST_DISTANCE + 7
      })
  void areTheDigestsOfWhatLiesBefore(int size) throws IOException {
    Random random = new Random(size);
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);

    DigestMarks marks = read(bytes, random);

    assertThat(marks.size()).isEqualTo(size);
    Set<Mark> all = new LinkedHashSet<>();
    for (int offset = 0; offset <= size; offset += Collector.LEAST_DISTANCE / 2) {
      assertThat(marks.before(offset).offset()).isLessThanOrEqualTo(offset);
      assertThat(marks.after(offset).offset()).isGreaterThanOrEqualTo(offset);
      all.add(marks.before(offset));
      all.add(marks.after(offset));
    }
    all.add(marks.after(size));
    assertThat(all).hasSizeLessThanOrEqualTo(Collector.MOST + 2);
    assertThat(all).hasSizeGreaterThanOrEqualTo(Math.min(size / Collector.LEAST_DISTANCE, 100));
    List<Mark> some = new ArrayList<>(all);
    Collections.shuffle(some, random);
    for (Mark mark : some.subList(0, Math.min(some.size(), 12))) {
      assertThat(mark.digest()).isEqualTo(digest(bytes, (int) mark.offset()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void goOnFromAnyOfThem(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = new byte[5_000_000];
    random.nextBytes(bytes);
    DigestMarks marks = read(bytes, random);

    Mark begin = marks.before(random.nextInt(bytes.length));
    Mark end = marks.after(begin.offset() + 1 + random.nextInt(1_000_000));
    byte[] part = Arrays.copyOfRange(bytes, (int) begin.offset(), (int) end.offset());
    for (int i = 0; i < 2; i++) {
      try (InputStream in = new ByteArrayInputStream(part)) {
        DigestedInput again = DigestedInput.from(begin, in);
        Streams.pass(again, part.length);
        assertThat(again.count()).isEqualTo(end.offset());
        assertThat(again.digest()).isEqualTo(end.digest());
      }
    }
    part[random.nextInt(part.length)] ^= 4;
    DigestedInput other = DigestedInput.from(begin, new ByteArrayInputStream(part));
    Streams.pass(other, part.length);
    assertThat(other.digest()).isNotEqualTo(end.digest());
  }
}
