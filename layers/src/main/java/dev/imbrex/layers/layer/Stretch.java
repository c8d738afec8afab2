package dev.imbrex.layers.layer;

import dev.imbrex.layers.compress.Checkpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tar that is read again for some files in it, from one mark to another.
 *
 * @param from where reading can begin, not behind the first mark; null for the beginning
 * @param begin the mark before the first file
 * @param end the mark behind the last file
 * @param files those that lie in it, in order
 */
record Stretch(
    @Nullable Checkpoint from,
    DigestMarks.Mark begin,
    DigestMarks.Mark end,
    List<LayerFile> files) {

  /** Where its reading begins. */
  long start() {
    return from == null ? 0 : from.offset();
  }

  private long length() {
    return end.offset() - start();
  }

  /**
   * What must be read of a layer for some files.
   *
   * @param files in the order in which they lie there
   * @return nothing if it is not known, or not worth while
   */
  static Optional<List<Stretch>> plan(Collection<LayerFile> files, LayerCheckpoints places) {
    DigestMarks marks = places.marks();
    List<Stretch> stretches = new ArrayList<>();
    @Nullable Stretch last = null;
    for (LayerFile file : files) {
      if (file.offset() < 0 || file.offset() + file.size() > marks.size()) {
        return Optional.empty();
      }
      DigestMarks.Mark begin = marks.before(file.offset());
      DigestMarks.Mark end = marks.after(file.offset() + file.size());
      Checkpoint from = places.stored().before(begin.offset()).orElse(null);
      // To go on costs no more than to begin at a place that was passed already.
      if (last != null && (from == null || from.offset() <= last.end.offset())) {
        last.files.add(file);
        last = new Stretch(last.from, last.begin, end, last.files);
        stretches.set(stretches.size() - 1, last);
      } else {
        last = new Stretch(from, begin, end, new ArrayList<>(List.of(file)));
        stretches.add(last);
      }
    }
    long length = stretches.stream().mapToLong(Stretch::length).sum();
    return length < marks.size() / 4 * 3 ? Optional.of(stretches) : Optional.empty();
  }
}
