package dev.imbrex.layers.progress;

/**
 * Is told what a long operation does, as it does it, and can stop it.
 *
 * <p>An operation starts one task after another, or several at a time. Calls come from any thread
 * the operation uses and should return quickly. Whatever a call throws stops the operation and
 * reaches the caller of the operation unchanged, which is how a user interface cancels; what the
 * operation has written so far is taken back as after any other error. An interrupted thread is
 * stopped as well, without help from here: by an {@link java.io.InterruptedIOException}, or a
 * {@link java.nio.channels.ClosedByInterruptException} where a file is at work, and stays
 * interrupted.
 *
 * <p>Operations that may wait for others (copies, reading an image, views of a store, loading into
 * an engine, builds from a Dockerfile) ask every 50 ms while they wait, too, from a thread of their
 * own; but for those that were told to keep to the caller's thread, by a parallelism of 1.
 */
@FunctionalInterface
public interface Progress {
  /**
   * A task begins.
   *
   * @param name what is done, for people
   * @param bytes how many bytes there are to do; -1 if nobody knows
   */
  Task start(String name, long bytes);

  /** Takes no notice of anything. */
  static Progress none() {
    return Silence.PROGRESS;
  }

  /** One piece of work. It is closed once, also when it fails. */
  interface Task extends AutoCloseable {
    /**
     * Some of the work is done. Within a file it is told at least once per mebibyte.
     *
     * @param bytes how many bytes were done since the last call; 0 to ask only whether to go on
     */
    void advance(long bytes);

    @Override
    void close();
  }
}
