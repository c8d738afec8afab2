package dev.imbrex.store;

import java.io.IOException;
import java.io.InputStream;

/** Content of an archive, which can be read from any place, by many threads. */
interface ArchivedContent {
  /** The number of bytes. */
  long size();

  /**
   * Opens part of it, unverified; the caller closes the stream.
   *
   * @param offset from 0 to the size
   * @param length how many bytes at most
   */
  InputStream open(long offset, long length) throws IOException;

  /** All of it, unverified. */
  default InputStream open() throws IOException {
    return open(0, size());
  }
}
