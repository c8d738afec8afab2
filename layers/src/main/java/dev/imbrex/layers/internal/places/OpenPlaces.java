package dev.imbrex.layers.internal.places;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Holds open the place that was read from last, for the next file is often beside the one before.
 * For one thread, and for one stream at a time.
 */
public final class OpenPlaces implements Closeable {
  private @Nullable Object owner;
  private @Nullable Closeable place;

  /** Opens the place of an owner. */
  public interface Opening<P extends Closeable> {
    /** Opens it. */
    P open() throws IOException;
  }

  /**
   * The place of an owner, opened if that of another, or none, is open. It is closed here.
   *
   * @param type what the owner's place is, always
   */
  public <P extends Closeable> P of(Object owner, Class<P> type, Opening<P> opening)
      throws IOException {
    if (place == null || !owner.equals(this.owner)) {
      close();
      place = opening.open();
      this.owner = owner;
    }
    return type.cast(place);
  }

  /** Closes the place; what was read from it is whole, whatever closing it says. */
  @Override
  public void close() {
    try {
      if (place != null) {
        place.close();
      }
    } catch (IOException e) {
      // A directory that was only looked into.
    } finally {
      place = null;
      owner = null;
    }
  }
}
