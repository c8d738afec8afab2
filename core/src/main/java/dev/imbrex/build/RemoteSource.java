package dev.imbrex.build;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** Fetches what {@code ADD} takes from the network (SN-B21). */
@FunctionalInterface
public interface RemoteSource {
  /**
   * A file from the network.
   *
   * @param content its bytes; whoever asked for it reads and closes them
   * @param lastModified when it was last changed, if that is told
   */
  record RemoteFile(InputStream content, Optional<Instant> lastModified) implements Closeable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /**
   * Fetches a file.
   *
   * @throws ImageException if the server refuses, or has no such file
   * @throws IOException if the network fails
   */
  RemoteFile fetch(URI location) throws IOException;

  /** Fetches by HTTP and HTTPS, following redirects, through the proxies the JDK is set up for. */
  static RemoteSource http() {
    return new HttpRemoteSource();
  }

  /** Refuses everything: for builds that must not use the network. */
  static RemoteSource none() {
    return location -> {
      throw new UnsupportedContentException(
          "Nothing is fetched in this build, and " + location.getHost() + " is asked for a file");
    };
  }
}
