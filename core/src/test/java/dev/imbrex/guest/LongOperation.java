package dev.imbrex.guest;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An operation of the exported API that takes time, to be begun again and again.
 *
 * @param name what it does
 * @param isTold whether it takes a progress, and so can be cancelled by it
 * @param isEndless whether it waits for something that never comes
 * @param preparation makes what it needs in the directory, which is empty
 * @param work does it
 * @param check finds what it should not have left in the directory
 */
record LongOperation(
    String name,
    boolean isTold,
    boolean isEndless,
    Preparation preparation,
    Work work,
    Preparation check) {
  /** Something done with the directory of an attempt. */
  interface Preparation {
    void in(Path place) throws IOException;
  }

  /** The operation, in the directory of the attempt. */
  interface Work {
    void run(Path place, Progress progress) throws IOException;
  }

  /** One that takes a progress. */
  static LongOperation told(String name, Work work) {
    return new LongOperation(name, true, false, place -> {}, work, LeftBehind::in);
  }

  /** One that can be interrupted and nothing else. */
  static LongOperation untold(String name, Preparation work) {
    return new LongOperation(
        name, false, false, place -> {}, (place, progress) -> work.in(place), LeftBehind::in);
  }

  LongOperation endless() {
    return new LongOperation(name, isTold, true, preparation, work, check);
  }

  LongOperation after(Preparation newPreparation) {
    return new LongOperation(name, isTold, isEndless, newPreparation, work, check);
  }

  LongOperation leaving(Preparation newCheck) {
    return new LongOperation(name, isTold, isEndless, preparation, work, newCheck);
  }

  @Override
  public String toString() {
    return name;
  }
}
