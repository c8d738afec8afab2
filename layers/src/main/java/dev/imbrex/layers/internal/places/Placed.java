package dev.imbrex.layers.internal.places;

import java.io.IOException;
import java.io.InputStream;

/** A content that opens faster if the place it lies in is open already. */
public interface Placed {
  /**
   * A new stream of the bytes, as without the places. It has to be closed before anything else is
   * opened through them.
   */
  InputStream open(OpenPlaces places) throws IOException;
}
