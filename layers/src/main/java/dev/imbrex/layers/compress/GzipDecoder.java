package dev.imbrex.layers.compress;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads gzip members one after the other (RFC 1952; LC-B3, LC-B4). The framing is done here and not
 * by {@link java.util.zip.GZIPInputStream}, which takes truncated and foreign bytes behind a member
 * for the end (LC-G10).
 */
final class GzipDecoder implements Decoder {
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int FIXED_HEADER = 10;

  private final StoredBytes in;
  private final DecompressionLimits limits;
  private final DeflateDecoder deflated;
  private final CRC32 dataCrc = new CRC32();
  private final CRC32 headerCrc = new CRC32();

  private boolean inMember;

  /** Whether the member was begun in the middle, where its checksum is not known. */
  private boolean isPartial;

  private boolean ended;
  private int headerLength;
  private long members;
  private long memberLength;
  private long emptyInARow;
  private long trailingZeros;

  /**
   * A decoder from the beginning.
   *
   * @param collector takes the places where one can begin; none if they are not wanted
   */
  GzipDecoder(StoredBytes in, DecompressionLimits limits, @Nullable CheckpointCollector collector) {
    this.in = in;
    this.limits = limits;
    this.deflated = new DeflateDecoder(in, collector);
  }

  /** A decoder that begins in the middle, the stored bytes being those from there on. */
  GzipDecoder(StoredBytes in, DecompressionLimits limits, Checkpoint place) {
    this(in, limits, (CheckpointCollector) null);
    deflated.beginAt(place);
    inMember = true;
    isPartial = true;
  }

  @Override
  public int decode(byte[] bytes, int offset, int length) throws IOException {
    while (!ended) {
      if (!inMember && !startMember()) {
        break;
      }
      int inflated = inflate(bytes, offset, length);
      if (inflated > 0) {
        dataCrc.update(bytes, offset, inflated);
        memberLength += inflated;
        return inflated;
      }
      finishMember();
    }
    ended = true;
    return -1;
  }

  @Override
  public long trailingZeros() {
    return trailingZeros;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    try {
      return deflated.decode(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new MalformedContentException(
          "gzip data", "member " + members, "not deflated data: " + e.getMessage(), e);
    }
  }

  /** Reads the next header; false if the stream, and zeros after it, are at their end. */
  private boolean startMember() throws IOException {
    if (!in.hasMore()) {
      if (members == 0) {
        throw malformed("there is none");
      }
      return false;
    }
    if (members > 0 && in.buffer[in.position] == 0) {
      skipZeros();
      return false;
    }
    if (members == limits.members()) {
      throw new LimitExceededException("gzip data", "members", limits.members());
    }
    readHeader();
    deflated.begin();
    dataCrc.reset();
    memberLength = 0;
    inMember = true;
    return true;
  }

  private void finishMember() throws IOException {
    long expectedCrc = trailerInt();
    long expectedLength = trailerInt();
    if (isPartial) {
      // It was verified when it was read from its beginning.
      isPartial = false;
      members++;
      inMember = false;
      return;
    }
    if (expectedCrc != dataCrc.getValue()) {
      throw malformed("the checksum of the data is wrong");
    }
    if (expectedLength != (memberLength & 0xffffffffL)) {
      throw malformed("the length of the data is wrong");
    }
    emptyInARow = memberLength == 0 ? emptyInARow + 1 : 0;
    if (emptyInARow > limits.emptyMembersInARow()) {
      throw new LimitExceededException(
          "gzip data", "emptyMembersInARow", limits.emptyMembersInARow());
    }
    members++;
    inMember = false;
  }

  private void skipZeros() throws IOException {
    while (in.hasMore()) {
      for (int i = in.position; i < in.end; i++) {
        if (in.buffer[i] != 0) {
          throw malformed("bytes that are neither a member nor zeros follow the last member");
        }
      }
      trailingZeros += in.end - in.position;
      in.position = in.end;
    }
  }

  private void readHeader() throws IOException {
    headerCrc.reset();
    headerLength = 0;
    if (headerByte() != 0x1f || headerByte() != 0x8b || headerByte() != 8) {
      throw malformed("bytes that do not start a member follow");
    }
    int flags = headerByte();
    if ((flags & RESERVED_FLAGS) != 0) {
      throw malformed("the header has reserved flags");
    }
    while (headerLength < FIXED_HEADER) {
      headerByte();
    }
    if ((flags & FLAG_EXTRA) != 0) {
      int length = headerByte() | headerByte() << Byte.SIZE;
      for (int i = 0; i < length; i++) {
        headerByte();
      }
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      int expected = (int) headerCrc.getValue() & 0xffff;
      if ((headerByte() | headerByte() << Byte.SIZE) != expected) {
        throw malformed("the checksum of the header is wrong");
      }
    }
  }

  private void skipText() throws IOException {
    while (headerByte() != 0) {
      // The name and the comment mean nothing here; only their end does.
    }
  }

  private int headerByte() throws IOException {
    if (headerLength == limits.gzipHeaderBytes()) {
      throw new LimitExceededException("gzip header", "gzipHeaderBytes", limits.gzipHeaderBytes());
    }
    int b = in.read();
    if (b < 0) {
      throw malformed("the data ends within a header");
    }
    headerCrc.update(b);
    headerLength++;
    return b;
  }

  private long trailerInt() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      int b = in.read();
      if (b < 0) {
        throw malformed("the data ends within a member's trailer");
      }
      value |= (long) b << shift;
    }
    return value;
  }

  private MalformedContentException malformed(String problem) {
    return new MalformedContentException("gzip data", "member " + members, problem);
  }
}
