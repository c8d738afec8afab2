package dev.imbrex.build;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;

/**
 * A step that is ready to be done: a function from an image to the next one.
 *
 * @param key all that has a say in it but the image it begins with
 * @param work what it does if it was not done before
 */
record Step(Digest key, Work work) {
  /** What a step does. */
  interface Work {
    Draft apply(Draft draft) throws IOException;
  }
}
