package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of one extended header, of which the last of a key counts (LC-B14, LC-B15). */
final class PaxHeader {
  static final String SPARSE_MAJOR = "GNU.sparse.major";
  static final String SPARSE_MINOR = "GNU.sparse.minor";
  static final String SPARSE_NAME = "GNU.sparse.name";
  static final String SPARSE_SIZE = "GNU.sparse.size";
  static final String SPARSE_REAL_SIZE = "GNU.sparse.realsize";
  static final String SPARSE_MAP = "GNU.sparse.map";
  static final String SPARSE_COUNT = "GNU.sparse.numblocks";
  private static final String SPARSE = "GNU.sparse.";
  private static final String STAR_REAL_SIZE = "SCHILY.realsize";
  private static final String SPARSE_OFFSET = "GNU.sparse.offset";
  private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";

  private static final Set<String> KEPT =
      Set.of(
          "path",
          "linkpath",
          "size",
          "uid",
          "gid",
          "mtime",
          "atime",
          "ctime",
          TarFormat.SCHILY_MAJOR,
          TarFormat.SCHILY_MINOR,
          SPARSE_MAJOR,
          SPARSE_MINOR,
          SPARSE_NAME,
          SPARSE_SIZE,
          SPARSE_REAL_SIZE,
          SPARSE_MAP,
          SPARSE_COUNT);
  private static final Set<String> FIELDS =
      Set.of("path", "linkpath", "size", "uid", "gid", "mtime");
  private static final Set<String> TEXTS =
      Set.of("path", "linkpath", "uname", "gname", SPARSE_NAME);
  private static final Set<String> OBEYED_ELSEWHERE =
      Set.of("path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime", "hdrcharset");

  private final LayerLimits limits;
  private final Map<String, byte[]> kept = new HashMap<>();
  private final SortedMap<ByteString, ByteString> plainXattrs = new TreeMap<>();
  private final SortedMap<ByteString, ByteString> encodedXattrs = new TreeMap<>();
  private @Nullable SparseMap pairs;
  private long pairStart = -1;
  private boolean isObeyedElsewhere;
  private boolean hasEmptyRecord;
  private boolean hasSparseRecord;

  private PaxHeader(LayerLimits limits) {
    this.limits = limits;
  }

  static PaxHeader none(LayerLimits limits) {
    return new PaxHeader(limits);
  }

  static PaxHeader parse(byte[] data, LayerLimits limits)
      throws TarSyntaxException, LimitExceededException {
    PaxHeader header = new PaxHeader(limits);
    long records = 0;
    for (int at = 0; at < data.length; ) {
      if (++records > limits.extensionRecords()) {
        throw new LimitExceededException(
            "an extended header", "extensionRecords", limits.extensionRecords());
      }
      at = header.record(data, at);
    }
    if (header.pairStart >= 0) {
      throw new TarSyntaxException("a segment of the sparse file has no length");
    }
    return header;
  }

  /** The value of a record, if it is there and not empty. */
  byte @Nullable [] find(String key) {
    return kept.get(key);
  }

  /** The decimal value of a record, or another number if there is none. */
  long number(String key, long otherwise) throws TarSyntaxException {
    byte[] value = kept.get(key);
    return value == null ? otherwise : TarNumbers.decimal(value, "record " + key);
  }

  /** The segments that records name one by one, as the oldest of GNU's forms does. */
  @Nullable SparseMap pairs() {
    return pairs;
  }

  /** Whether some program takes one of the records, in a global header, for what follows. */
  boolean isObeyedElsewhere() {
    return isObeyedElsewhere;
  }

  /** Whether a record that replaces a field is empty, and so replaces nothing here (LC-B15). */
  boolean hasEmptyRecord() {
    return hasEmptyRecord;
  }

  /** Whether a record is there as sparse files have them. */
  boolean hasSparseRecord() {
    return hasSparseRecord;
  }

  /**
   * The extended attributes; the plain form of one wins over the encoded (LC-B25). What is for
   * Windows alone is one of the whole key (LC-B77).
   */
  SortedMap<ByteString, ByteString> xattrs() throws LimitExceededException {
    if (plainXattrs.isEmpty() && encodedXattrs.isEmpty()) {
      return plainXattrs;
    }
    SortedMap<ByteString, ByteString> all = new TreeMap<>(encodedXattrs);
    all.putAll(plainXattrs);
    requireWithin(all.size(), "xattrs", limits.xattrs());
    long bytes = 0;
    for (Map.Entry<ByteString, ByteString> xattr : all.entrySet()) {
      int name = xattr.getKey().length();
      int value = xattr.getValue().length();
      requireWithin(name, "xattrNameBytes", limits.xattrNameBytes());
      requireWithin(value, "xattrValueBytes", limits.xattrValueBytes());
      bytes += name + value;
    }
    requireWithin(bytes, "xattrBytes", limits.xattrBytes());
    return all;
  }

  private static void requireWithin(long value, String option, long limit)
      throws LimitExceededException {
    if (value > limit) {
      throw new LimitExceededException("the extended attributes of an entry", option, limit);
    }
  }

  /** Reads {@code "LENGTH KEY=VALUE\n"}; gives where the next record starts. */
  private int record(byte[] data, int at) throws TarSyntaxException, LimitExceededException {
    int blank = at;
    while (blank < data.length && data[blank] != ' ') {
      blank++;
    }
    if (blank == data.length || data[at] == '0') {
      throw new TarSyntaxException("a record has no proper length");
    }
    long length = TarNumbers.decimal(data, at, blank, "length of a record");
    if (length > data.length - at) {
      throw new TarSyntaxException("a record is longer than its header");
    }
    int end = at + (int) length;
    int equals = blank + 1;
    while (equals < end && data[equals] != '=') {
      equals++;
    }
    if (equals >= end || equals == blank + 1 || data[end - 1] != '\n') {
      throw new TarSyntaxException("a record is not a key, an equals sign, a value, a line end");
    }
    put(Arrays.copyOfRange(data, blank + 1, equals), Arrays.copyOfRange(data, equals + 1, end - 1));
    return end;
  }

  private void put(byte[] keyBytes, byte[] value)
      throws TarSyntaxException, LimitExceededException {
    String key = new String(keyBytes, ISO_8859_1);
    if (key.indexOf('\0') >= 0 || (TEXTS.contains(key) && indexOfNul(value) >= 0)) {
      throw new TarSyntaxException("a record holds a NUL byte");
    }
    isObeyedElsewhere |=
        OBEYED_ELSEWHERE.contains(key)
            || key.startsWith("SCHILY.")
            || key.startsWith("LIBARCHIVE.")
            || key.startsWith(SPARSE)
            || key.startsWith(TarFormat.WINDOWS);
    hasEmptyRecord |= value.length == 0 && FIELDS.contains(key);
    hasSparseRecord |= key.startsWith(SPARSE) || key.equals(STAR_REAL_SIZE);
    if (key.startsWith(TarFormat.SCHILY_XATTR)) {
      ByteString name = ByteString.of(keyBytes, TarFormat.SCHILY_XATTR.length(), keyBytes.length);
      plainXattrs.put(requireName(name), ByteString.of(value));
    } else if (key.startsWith(TarFormat.WINDOWS)) {
      plainXattrs.put(ByteString.of(keyBytes), ByteString.of(value));
    } else if (key.startsWith(TarFormat.LIBARCHIVE_XATTR)) {
      byte[] name =
          Arrays.copyOfRange(keyBytes, TarFormat.LIBARCHIVE_XATTR.length(), keyBytes.length);
      encodedXattrs.put(requireName(percentDecoded(name)), base64Decoded(value));
    } else if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
      putPair(key, TarNumbers.decimal(value, "record " + key));
    } else if (KEPT.contains(key)) {
      if (value.length == 0) {
        kept.remove(key);
      } else {
        kept.put(key, value);
      }
    }
  }

  private void putPair(String key, long value) throws TarSyntaxException, LimitExceededException {
    if (key.equals(SPARSE_OFFSET) != pairStart < 0) {
      throw new TarSyntaxException("the segments of the sparse file are not pairs");
    }
    if (pairStart < 0) {
      pairStart = value;
      return;
    }
    if (pairs == null) {
      pairs = new SparseMap(limits);
    }
    pairs.add(pairStart, value);
    pairStart = -1;
  }

  private static ByteString requireName(ByteString name) throws TarSyntaxException {
    if (name.isEmpty() || indexOfNul(name.toBytes()) >= 0) {
      throw new TarSyntaxException("an extended attribute has no proper name");
    }
    return name;
  }

  private static ByteString percentDecoded(byte[] name) throws TarSyntaxException {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(name.length);
    for (int i = 0; i < name.length; i++) {
      if (name[i] != '%') {
        decoded.write(name[i]);
        continue;
      }
      int high = i + 2 < name.length ? Character.digit((char) (name[i + 1] & 0xff), 16) : -1;
      int low = i + 2 < name.length ? Character.digit((char) (name[i + 2] & 0xff), 16) : -1;
      if (high < 0 || low < 0) {
        throw new TarSyntaxException("the name of an extended attribute is not percent-encoded");
      }
      decoded.write(high << 4 | low);
      i += 2;
    }
    return ByteString.of(decoded.toByteArray());
  }

  private static ByteString base64Decoded(byte[] value) throws TarSyntaxException {
    try {
      return ByteString.of(Base64.getDecoder().decode(value));
    } catch (IllegalArgumentException e) {
      throw new TarSyntaxException("the value of an extended attribute is not in base64");
    }
  }

  private static int indexOfNul(byte[] bytes) {
    return new String(bytes, US_ASCII).indexOf('\0');
  }
}
