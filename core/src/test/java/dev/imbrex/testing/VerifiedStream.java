package dev.imbrex.testing;

import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails at its end if the bytes are not those a descriptor promises. */
final class VerifiedStream extends FilterInputStream {
  private final Descriptor promised;
  private final Digester digester;
  private long size;

  VerifiedStream(InputStream in, Descriptor promised) {
    super(in);
    this.promised = promised;
    this.digester = DigestAlgorithm.find(promised.digest().algorithm()).orElseThrow().newDigester();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count < 0) {
      verify();
      return count;
    }
    digester.update(bytes, offset, count);
    size += count;
    return count;
  }

  private void verify() throws DigestMismatchException {
    if (size != promised.size()) {
      throw new DigestMismatchException(
          "Content " + promised.digest(), promised.size() + " bytes", size + " bytes");
    }
    String found = digester.finish().toString();
    if (!found.equals(promised.digest().toString())) {
      throw new DigestMismatchException("Content", promised.digest().toString(), found);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, 1 << 13)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
