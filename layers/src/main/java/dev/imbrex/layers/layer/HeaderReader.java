package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.Finding;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of an entry with the extended headers and long names before it, or the end of
 * the archive (LC-B6 to LC-B10, LC-B14 to LC-B17).
 */
final class HeaderReader {
  private final TarInput input;
  private final LayerLimits limits;
  private final TarPlace place;
  private final byte[] block = new byte[TarFormat.BLOCK];

  private final PaxHeader none;
  private PaxHeader pax;
  private byte @Nullable [] longName;
  private byte @Nullable [] longLink;
  private boolean isExtended;

  /** Whether the data of the last extended header is followed by zeros, if by anything. */
  private boolean isPadded;

  HeaderReader(TarInput input, LayerLimits limits, TarPlace place) {
    this.input = input;
    this.limits = limits;
    this.place = place;
    none = PaxHeader.none(limits);
    pax = none;
  }

  /**
   * The headers of the next entry, valid until this is called again; null at the end, when the
   * stream has been read to its end.
   */
  @Nullable EntryHeaders next() throws IOException, TarSyntaxException {
    forget();
    for (long extensions = 0; ; ) {
      int got = input.readBlock(block);
      if (got < TarFormat.BLOCK || isZero()) {
        if (isExtended) {
          throw new TarSyntaxException("the archive ends after an extended header");
        }
        readEnd(got);
        return null;
      }
      RawHeader header = RawHeader.of(block);
      if (!header.isExtension()) {
        return new EntryHeaders(header, pax, longName, longLink);
      }
      if (++extensions > limits.extensionHeaders()) {
        throw new LimitExceededException(
            "the extended headers before entry " + place.entry(),
            "extensionHeaders",
            limits.extensionHeaders());
      }
      readExtension(header);
    }
  }

  private void forget() {
    pax = none;
    longName = null;
    longLink = null;
    isExtended = false;
  }

  /** Ends at the end marker, or without it where an entry could begin. */
  private void readEnd(int got) throws IOException, TarSyntaxException {
    if (got == 0) {
      if (input.offset() > 0) {
        report(Finding.Code.MISSING_END_MARKER, "the archive has no end marker");
      }
      return;
    }
    if (got < TarFormat.BLOCK) {
      throw new TarSyntaxException("the archive ends within a header");
    }
    int second = input.readBlock(block);
    if (second == 0) {
      report(Finding.Code.MISSING_END_MARKER, "the end marker is one zero block, not two");
      return;
    }
    if (second < TarFormat.BLOCK) {
      throw new TarSyntaxException("the archive ends within its end marker");
    }
    if (!isZero()) {
      throw new TarSyntaxException("something follows a single zero block");
    }
    if (!input.drain()) {
      report(Finding.Code.DATA_AFTER_END, "bytes other than zero follow the end marker");
    }
  }

  private void readExtension(RawHeader header) throws IOException, TarSyntaxException {
    char type = header.type();
    byte[] bytes = readExtensionData(header.size());
    if (type == 'g') {
      // Go's reader forgets at this point what stood before, others do not.
      if (isExtended) {
        throw new TarSyntaxException("a global header stands between an entry's headers");
      }
      if (PaxHeader.parse(bytes, limits).isObeyedElsewhere()) {
        report(Finding.Code.GLOBAL_HEADER_IGNORED, "a global header sets what some programs obey");
      }
      return;
    }
    isExtended = true;
    if (type == 'x') {
      pax = PaxHeader.parse(bytes, limits);
    } else if (type == 'L') {
      longName = longText(bytes);
    } else {
      longLink = longText(bytes);
    }
  }

  private byte[] longText(byte[] bytes) throws IOException {
    byte[] text = untilNul(bytes);
    if (text.length == bytes.length && !isPadded) {
      // GNU tar takes the padding for more of it.
      report(Finding.Code.SEEN_OTHERWISE_ELSEWHERE, "a long name is not terminated");
    }
    return text;
  }

  /** Grows with what arrives, whatever the header says. */
  private byte[] readExtensionData(long size) throws IOException, TarSyntaxException {
    if (size > limits.extensionBytes()) {
      throw new LimitExceededException(
          "an extended header before entry " + place.entry(),
          "extensionBytes",
          limits.extensionBytes());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(size, 4096));
    int rest = TarFormat.padding(size);
    if (input.transfer(size, bytes) < size || input.readFully(block, rest) < rest) {
      throw new TarSyntaxException("the archive ends within an extended header");
    }
    isPadded = rest == 0 || block[0] == 0;
    return bytes.toByteArray();
  }

  private static byte[] untilNul(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOf(bytes, end);
  }

  private boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void report(Finding.Code code, String message) throws IOException {
    place.report(code, null, message);
  }
}
