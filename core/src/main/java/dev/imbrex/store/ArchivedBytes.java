package dev.imbrex.store;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A document that an archive implies, and does not hold. */
final class ArchivedBytes implements ArchivedContent {
  private final byte[] bytes;

  ArchivedBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public InputStream open(long offset, long length) {
    int from = (int) Math.min(offset, bytes.length);
    return new ByteArrayInputStream(bytes, from, (int) Math.min(length, bytes.length - from));
  }
}
