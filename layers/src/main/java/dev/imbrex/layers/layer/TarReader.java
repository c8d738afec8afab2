package dev.imbrex.layers.layer;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of an uncompressed tar: ustar, PAX, GNU, star and older ones (LC-B6 to LC-B28).
 * It sees what the engines written in Go see; where two common readers would see different entries
 * it refuses the archive, and what is harmless but not right it reports to {@link Findings}.
 *
 * <pre>{@code
 * TarReader tar = TarReader.of(in);
 * for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
 *   if (entry.path().equals(wanted)) {
 *     return tar.data().readAllBytes();
 *   }
 * }
 * }</pre>
 *
 * <p>Once {@link #next} has given null the stream was read to its end. Memory does not depend on
 * the archive; {@link LayerLimits} bound the rest. What is wrong with the content is a {@link
 * MalformedContentException}, and after any failure every further call fails. Belongs to one
 * thread.
 */
public final class TarReader {
  private final TarInput input;
  private final LayerLimits limits;
  private final Findings findings;
  private final byte[] block = new byte[TarFormat.BLOCK];

  private long index;
  private long payloadSize;
  private boolean ended;
  private @Nullable Exception failure;

  private long storedRemaining;
  private int padding;
  private @Nullable Data data;

  private TarReader(TarInput input, LayerLimits limits, Findings findings) {
    this.input = input;
    this.limits = limits;
    this.findings = findings;
  }

  /**
   * Reads within the default limits, and lets pass what can be.
   *
   * @param in the tar from its first byte; never closed
   */
  public static TarReader of(InputStream in) {
    return of(in, LayerLimits.defaults(), Findings.tolerant());
  }

  /**
   * Reads within limits.
   *
   * @param in the tar from its first byte; never closed
   * @param findings takes what is harmless but not right, or refuses it
   */
  public static TarReader of(InputStream in, LayerLimits limits, Findings findings) {
    TarInput input = new TarInput(requireNonNull(in), limits.decompression().uncompressedBytes());
    return new TarReader(input, limits, requireNonNull(findings));
  }

  /**
   * The next entry, or null at the end of the stream. What was not read of the data of the entry
   * before is passed over.
   *
   * @throws MalformedContentException if the archive breaks a rule, or ends where it must not
   * @throws LimitExceededException if it is larger than allowed
   */
  public @Nullable TarEntry next() throws IOException {
    requireIntact();
    Interruption.check();
    if (ended) {
      return null;
    }
    try {
      finishEntry();
      TarEntry entry = readEntry();
      ended = entry == null;
      return entry;
    } catch (TarSyntaxException e) {
      MalformedContentException malformed = malformed(e.problem());
      failure = malformed;
      throw malformed;
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * The data of the entry that {@link #next} gave last, with the holes of a sparse file filled; no
   * bytes if it is no regular file. It ends after {@link TarEntry#size} bytes and can be read until
   * {@code next} is called again, once; closing it does nothing.
   *
   * @throws IllegalStateException if there is no entry
   */
  public InputStream data() {
    if (data == null || ended) {
      throw new IllegalStateException("There is no entry");
    }
    return data;
  }

  /** How many entries there were so far. */
  public long entryCount() {
    return index;
  }

  /** How many bytes the regular files so far have, those of whiteouts not counted. */
  public long payloadSize() {
    return payloadSize;
  }

  private void requireIntact() throws ImageException {
    if (failure != null) {
      throw new ImageException("An earlier read failed: " + failure.getMessage(), failure);
    }
  }

  /** The headers before an entry, taken together. */
  private static final class Extensions {
    private PaxHeader pax;
    private byte @Nullable [] longName;
    private byte @Nullable [] longLink;
    private boolean arePending;
    private long count;

    Extensions(LayerLimits limits) {
      pax = PaxHeader.none(limits);
    }
  }

  private @Nullable TarEntry readEntry() throws IOException, TarSyntaxException {
    Extensions extensions = new Extensions(limits);
    while (true) {
      int got = input.readBlock(block);
      if (got < TarFormat.BLOCK || isZero()) {
        if (extensions.arePending) {
          throw new TarSyntaxException("the archive ends after an extended header");
        }
        readEnd(got);
        return null;
      }
      RawHeader header = RawHeader.of(block);
      if (!header.isExtension()) {
        return entry(header, extensions);
      }
      if (++extensions.count > limits.extensionHeaders()) {
        throw new LimitExceededException(
            "the extended headers before entry " + index,
            "extensionHeaders",
            limits.extensionHeaders());
      }
      readExtension(header, extensions);
    }
  }

  /** Ends at the end marker, or without it where an entry could begin (LC-B6 to LC-B10). */
  private void readEnd(int got) throws IOException, TarSyntaxException {
    if (got == 0) {
      if (input.offset() > 0) {
        report(Finding.Code.MISSING_END_MARKER, null, "the archive has no end marker");
      }
      return;
    }
    if (got < TarFormat.BLOCK) {
      throw new TarSyntaxException("the archive ends within a header");
    }
    int second = input.readBlock(block);
    if (second == 0) {
      report(Finding.Code.MISSING_END_MARKER, null, "the end marker is one zero block, not two");
      return;
    }
    if (second < TarFormat.BLOCK) {
      throw new TarSyntaxException("the archive ends within its end marker");
    }
    if (!isZero()) {
      throw new TarSyntaxException("something follows a single zero block");
    }
    if (!input.drain()) {
      report(Finding.Code.DATA_AFTER_END, null, "bytes other than zero follow the end marker");
    }
  }

  private void readExtension(RawHeader header, Extensions extensions)
      throws IOException, TarSyntaxException {
    char type = header.type();
    byte[] bytes = readExtensionData(header.size());
    if (type == 'g') {
      // Go's reader forgets at this point what stood before, others do not.
      if (extensions.arePending) {
        throw new TarSyntaxException("a global header stands between an entry's headers");
      }
      if (PaxHeader.parse(bytes, limits).isObeyedElsewhere()) {
        report(
            Finding.Code.GLOBAL_HEADER_IGNORED,
            null,
            "a global header sets what some programs obey");
      }
      return;
    }
    extensions.arePending = true;
    if (type == 'x') {
      extensions.pax = PaxHeader.parse(bytes, limits);
    } else if (type == 'L') {
      extensions.longName = untilNul(bytes);
    } else {
      extensions.longLink = untilNul(bytes);
    }
  }

  /** Grows with what arrives, whatever the header says. */
  private byte[] readExtensionData(long size) throws IOException, TarSyntaxException {
    if (size > limits.extensionBytes()) {
      throw new LimitExceededException(
          "an extended header before entry " + index, "extensionBytes", limits.extensionBytes());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(size, 4096));
    int rest = TarFormat.padding(size);
    if (input.transfer(size, bytes) < size || input.skip(rest) < rest) {
      throw new TarSyntaxException("the archive ends within an extended header");
    }
    return bytes.toByteArray();
  }

  private static byte[] untilNul(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOf(bytes, end);
  }

  private TarEntry entry(RawHeader header, Extensions extensions)
      throws IOException, TarSyntaxException {
    if (index >= limits.entries()) {
      throw new LimitExceededException("the archive", "entries", limits.entries());
    }
    PaxHeader pax = extensions.pax;
    byte[] nameBytes = chosen(header.name(), pax.find("path"), extensions.longName, "names");
    byte[] link = chosen(header.linkName(), pax.find("linkpath"), extensions.longLink, "targets");
    // As in Go, it is decided before a sparse file's name is known.
    TarEntry.Kind kind = kindOf(header.type(), endsInSlash(nameBytes));
    long storedSize = pax.number("size", header.size());
    Sparse sparse = sparse(header, pax, kind, storedSize);
    if (sparse != null && sparse.name != null) {
      nameBytes = sparse.name;
    }
    TreePath path = TreePath.fromEntryName(nameBytes);
    requireDepth(path);
    boolean hasData = kind == TarEntry.Kind.REGULAR;
    long size = !hasData ? 0 : sparse == null ? storedSize : sparse.size;
    checkShape(header.type(), kind, path, nameBytes, sparse == null ? storedSize : size);
    Whiteout whiteout = Whiteout.of(path);
    boolean isNode = whiteout == Whiteout.NONE || whiteout == Whiteout.LINK_SOURCE;
    if (isNode) {
      requireTarget(kind, link);
    } else if (storedSize > 0 || size > 0) {
      report(Finding.Code.WHITEOUT_WITH_DATA, path, "the whiteout " + path + " holds data");
    }
    long[] device = device(header, pax, kind);
    Metadata metadata = metadata(header, pax);
    startData(hasData, storedSize, sparse, size);
    boolean isLink = kind == TarEntry.Kind.HARD_LINK || kind == TarEntry.Kind.SYMLINK;
    TarEntry entry =
        new TarEntry(
            index,
            ByteString.of(nameBytes),
            path,
            whiteout,
            kind,
            metadata,
            isLink ? ByteString.of(link) : ByteString.empty(),
            device[0],
            device[1],
            size,
            hasData && sparse == null ? input.offset() : -1);
    index++;
    payloadSize += isNode ? size : 0;
    return entry;
  }

  /** The long form of GNU wins; with a record that says otherwise, readers differ (LC-B17). */
  private static byte[] chosen(
      byte[] plain, byte @Nullable [] record, byte @Nullable [] gnu, String what)
      throws TarSyntaxException {
    if (gnu == null || gnu.length == 0) {
      return record == null ? plain : record;
    }
    if (record != null && !Arrays.equals(record, gnu)) {
      throw new TarSyntaxException("the headers of the entry have two different " + what);
    }
    return gnu;
  }

  private static TarEntry.Kind kindOf(char type, boolean endsInSlash) {
    return switch (type) {
      case '\0' -> endsInSlash ? TarEntry.Kind.DIRECTORY : TarEntry.Kind.REGULAR;
      case '0', '7', 'S' -> TarEntry.Kind.REGULAR;
      case '1' -> TarEntry.Kind.HARD_LINK;
      case '2' -> TarEntry.Kind.SYMLINK;
      case '3' -> TarEntry.Kind.CHARACTER_DEVICE;
      case '4' -> TarEntry.Kind.BLOCK_DEVICE;
      case '5' -> TarEntry.Kind.DIRECTORY;
      case '6' -> TarEntry.Kind.FIFO;
      default -> throw new AssertionError(type);
    };
  }

  private static boolean endsInSlash(byte[] name) {
    return name.length > 0 && name[name.length - 1] == '/';
  }

  private void requireDepth(TreePath path) throws LimitExceededException {
    if (path.depth() > limits.depth()) {
      throw new LimitExceededException("the path of entry " + index, "depth", limits.depth());
    }
  }

  /** Where type, name and size say different things, readers do too (LC-B11, LC-B12, LC-B27). */
  private void checkShape(char type, TarEntry.Kind kind, TreePath path, byte[] name, long size)
      throws MalformedContentException, TarSyntaxException {
    if (path.isRoot() && kind != TarEntry.Kind.DIRECTORY) {
      throw new TarSyntaxException("the root cannot be a " + kind);
    }
    if (kind != TarEntry.Kind.REGULAR) {
      if (size > 0) {
        String problem = "an entry without data has size " + size;
        report(Finding.Code.SIZE_WITHOUT_DATA, path, problem);
      }
      return;
    }
    if (endsInSlash(name)) {
      if (size > 0) {
        throw new TarSyntaxException("the name of a file with data ends in a slash");
      }
      report(Finding.Code.SLASH_AFTER_FILE_NAME, path, "the name of a file ends in a slash");
    }
    if (type == '7') {
      report(Finding.Code.CONTIGUOUS_FILE, path, "a contiguous file is read as a regular one");
    }
  }

  private static void requireTarget(TarEntry.Kind kind, byte[] target)
      throws TarSyntaxException, MalformedContentException {
    if (kind == TarEntry.Kind.HARD_LINK) {
      if (target.length == 0) {
        throw new TarSyntaxException("a hard link has no target");
      }
      TreePath.fromEntryName(target);
    }
    if (kind == TarEntry.Kind.SYMLINK && (target.length == 0 || target.length > Node.MAX_TARGET)) {
      throw new TarSyntaxException("the target of a symbolic link has " + target.length + " bytes");
    }
  }

  /** Go's reader refuses broken numbers whatever the type, so they are read for all. */
  private static long[] device(RawHeader header, PaxHeader pax, TarEntry.Kind kind)
      throws TarSyntaxException {
    long major = pax.number(TarFormat.SCHILY_MAJOR, header.major());
    long minor = pax.number(TarFormat.SCHILY_MINOR, header.minor());
    boolean isDevice = kind == TarEntry.Kind.CHARACTER_DEVICE || kind == TarEntry.Kind.BLOCK_DEVICE;
    if (!isDevice) {
      return new long[2];
    }
    if (Math.max(major, minor) > Node.Device.MAX_NUMBER) {
      throw new TarSyntaxException("the device number " + Math.max(major, minor) + " is too large");
    }
    return new long[] {major, minor};
  }

  /** The mode loses the type bits that old layers have in it (LC-A52). */
  private static Metadata metadata(RawHeader header, PaxHeader pax)
      throws TarSyntaxException, LimitExceededException {
    long uid = pax.number("uid", header.uid());
    long gid = pax.number("gid", header.gid());
    if (Math.max(uid, gid) > Metadata.MAX_ID) {
      throw new TarSyntaxException("the owner " + Math.max(uid, gid) + " is too large");
    }
    Metadata metadata =
        Metadata.ofMode((int) (header.mode() & 07777))
            .withOwner(uid, gid)
            .withMtime(mtime(header, pax));
    var xattrs = pax.xattrs();
    return xattrs.isEmpty() ? metadata : metadata.withXattrs(xattrs);
  }

  private static Instant mtime(RawHeader header, PaxHeader pax) throws TarSyntaxException {
    long seconds = header.mtimeSeconds();
    byte[] record = pax.find("mtime");
    if (record != null) {
      return TarTimes.parse(record);
    }
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw new TarSyntaxException("the time " + seconds + " is out of range");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** A sparse file: its map, its size with holes, and its name if that stands apart. */
  private static final class Sparse {
    private final SparseMap map;
    private final long size;
    private final byte @Nullable [] name;

    /** How many bytes of the data were the map. */
    private final long mapBytes;

    Sparse(SparseMap map, long size, byte @Nullable [] name, long mapBytes) {
      this.map = map;
      this.size = size;
      this.name = name;
      this.mapBytes = mapBytes;
    }
  }

  private @Nullable Sparse sparse(
      RawHeader header, PaxHeader pax, TarEntry.Kind kind, long storedSize)
      throws IOException, TarSyntaxException {
    Sparse sparse = header.type() == 'S' ? gnuSparse(header) : paxSparse(pax, kind, storedSize);
    if (sparse != null) {
      if (kind != TarEntry.Kind.REGULAR) {
        throw new TarSyntaxException("an entry without data is sparse");
      }
      sparse.map.check(sparse.size, storedSize - sparse.mapBytes);
    }
    return sparse;
  }

  /** The old form: the map is in the header and in blocks between it and the data. */
  private Sparse gnuSparse(RawHeader header) throws IOException, TarSyntaxException {
    if (!header.isGnu()) {
      throw new TarSyntaxException("a sparse file has no header of GNU's form");
    }
    SparseMap map = new SparseMap(limits);
    byte[] extension = new byte[TarFormat.BLOCK];
    boolean hasMore = header.addSparseSegments(map);
    for (long bytes = 0; hasMore; bytes += TarFormat.BLOCK) {
      requireMapBytes(bytes + TarFormat.BLOCK);
      if (input.readBlock(extension) < TarFormat.BLOCK) {
        throw new TarSyntaxException("the archive ends within the map of a sparse file");
      }
      hasMore = RawHeader.addMoreSparseSegments(extension, map);
    }
    return new Sparse(map, header.sparseSize(), null, 0);
  }

  /** The forms in records: 0.0 and 0.1 with the map there, 1.0 with it before the data. */
  private @Nullable Sparse paxSparse(PaxHeader pax, TarEntry.Kind kind, long storedSize)
      throws IOException, TarSyntaxException {
    byte[] majorBytes = pax.find(PaxHeader.SPARSE_MAJOR);
    byte[] minorBytes = pax.find(PaxHeader.SPARSE_MINOR);
    byte[] mapText = pax.find(PaxHeader.SPARSE_MAP);
    SparseMap pairs = pax.pairs();
    boolean hasVersion = majorBytes != null || minorBytes != null;
    if (!hasVersion && mapText == null && pairs == null) {
      return null;
    }
    long major = pax.number(PaxHeader.SPARSE_MAJOR, hasVersion ? -1 : 0);
    long minor = pax.number(PaxHeader.SPARSE_MINOR, hasVersion ? -1 : 0);
    boolean isMapInData = major == 1 && minor == 0;
    if (!isMapInData && (major != 0 || minor < 0 || minor > 1)) {
      throw new TarSyntaxException("the version of a sparse file's map is unknown");
    }
    byte[] name = pax.find(PaxHeader.SPARSE_NAME);
    long size =
        pax.number(PaxHeader.SPARSE_SIZE, pax.number(PaxHeader.SPARSE_REAL_SIZE, storedSize));
    if (isMapInData) {
      if (kind != TarEntry.Kind.REGULAR) {
        throw new TarSyntaxException("an entry without data is sparse");
      }
      return sparseWithMapInData(size, name, storedSize);
    }
    if (mapText != null && pairs != null) {
      throw new TarSyntaxException("a sparse file has two maps");
    }
    SparseMap map = pairs;
    if (mapText != null) {
      map = mapOf(mapText);
    } else if (map == null) {
      map = new SparseMap(limits);
    }
    if (pax.number(PaxHeader.SPARSE_COUNT, -1) != map.count()) {
      throw new TarSyntaxException("the map of a sparse file has another number of segments");
    }
    return new Sparse(map, size, name, 0);
  }

  private SparseMap mapOf(byte[] text) throws TarSyntaxException, LimitExceededException {
    requireMapBytes(text.length);
    SparseMap map = new SparseMap(limits);
    long start = -1;
    int from = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == ',') {
        long number = TarNumbers.decimal(text, from, i, "map of a sparse file");
        if (start < 0) {
          start = number;
        } else {
          map.add(start, number);
          start = -1;
        }
        from = i + 1;
      }
    }
    if (start >= 0) {
      throw new TarSyntaxException("the segments of the sparse file are not pairs");
    }
    return map;
  }

  /** Lines of decimal numbers, padded to a block, stand before the data. */
  private Sparse sparseWithMapInData(long size, byte @Nullable [] name, long storedSize)
      throws IOException, TarSyntaxException {
    MapLines lines = new MapLines(storedSize);
    SparseMap map = new SparseMap(limits);
    long count = lines.number();
    if (count > limits.sparseSegments()) {
      throw new LimitExceededException(
          "the map of a sparse file", "sparseSegments", limits.sparseSegments());
    }
    for (long i = 0; i < count; i++) {
      long start = lines.number();
      map.add(start, lines.number());
    }
    return new Sparse(map, size, name, lines.bytesRead);
  }

  /** Reads the lines of a map block by block. */
  private final class MapLines {
    private static final int MAX_DIGITS = 19;

    private final long available;
    private final byte[] lines = new byte[TarFormat.BLOCK];
    private final byte[] digits = new byte[MAX_DIGITS];
    private int at = TarFormat.BLOCK;
    private long bytesRead;

    MapLines(long available) {
      this.available = available;
    }

    long number() throws IOException, TarSyntaxException {
      int length = 0;
      for (byte b = nextByte(); b != '\n'; b = nextByte()) {
        if (length == MAX_DIGITS) {
          throw new TarSyntaxException("the map of a sparse file is not of decimal numbers");
        }
        digits[length++] = b;
      }
      return TarNumbers.decimal(digits, 0, length, "map of a sparse file");
    }

    private byte nextByte() throws IOException, TarSyntaxException {
      if (at == TarFormat.BLOCK) {
        requireMapBytes(bytesRead + TarFormat.BLOCK);
        if (bytesRead + TarFormat.BLOCK > available) {
          throw new TarSyntaxException("the map of a sparse file is longer than its data");
        }
        if (input.readBlock(lines) < TarFormat.BLOCK) {
          throw new TarSyntaxException("the archive ends within the map of a sparse file");
        }
        bytesRead += TarFormat.BLOCK;
        at = 0;
      }
      return lines[at++];
    }
  }

  private void requireMapBytes(long bytes) throws LimitExceededException {
    if (bytes > limits.sparseMapBytes()) {
      throw new LimitExceededException(
          "the map of a sparse file", "sparseMapBytes", limits.sparseMapBytes());
    }
  }

  private void startData(boolean hasData, long storedSize, @Nullable Sparse sparse, long size)
      throws LimitExceededException {
    long mapBytes = sparse == null ? 0 : sparse.mapBytes;
    storedRemaining = hasData ? storedSize - mapBytes : 0;
    padding = hasData ? TarFormat.padding(storedSize) : 0;
    if (sparse != null) {
      input.addHoles(size - storedRemaining);
    }
    data = new Data(size, sparse == null ? null : sparse.map);
  }

  private void finishEntry() throws IOException, TarSyntaxException {
    if (data != null) {
      data.isPassed = true;
      data = null;
    }
    if (input.skip(storedRemaining) < storedRemaining) {
      throw new TarSyntaxException("the archive ends within the data of the entry before");
    }
    storedRemaining = 0;
    if (input.skip(padding) < padding) {
      report(Finding.Code.MISSING_PADDING, null, "the data of the last entry is not padded");
    }
    padding = 0;
  }

  private boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void report(Finding.Code code, @Nullable TreePath path, String message)
      throws MalformedContentException {
    findings.report(code, index, path, message);
  }

  private MalformedContentException malformed(String problem) {
    return new MalformedContentException(
        "layer", "entry " + index + ", before byte " + input.offset() + " of the tar", problem);
  }

  /** The data of one entry. */
  private final class Data extends InputStream {
    private final long size;
    private final @Nullable SparseMap map;
    private final byte[] single = new byte[1];
    private long position;
    private int segment;
    private boolean isPassed;

    Data(long size, @Nullable SparseMap map) {
      this.size = size;
      this.map = map;
    }

    @Override
    public int read() throws IOException {
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      checkFromIndexSize(offset, length, bytes.length);
      requireReadable();
      if (length == 0) {
        return 0;
      }
      if (position == size) {
        return -1;
      }
      int hole = (int) Math.min(length, holeLength());
      if (hole > 0) {
        Arrays.fill(bytes, offset, offset + hole, (byte) 0);
        position += hole;
        return hole;
      }
      try {
        int read = input.read(bytes, offset, (int) Math.min(length, segmentLength()));
        if (read < 0) {
          throw malformed("the archive ends within the data of the entry before");
        }
        position += read;
        storedRemaining -= read;
        return read;
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      }
    }

    /** Takes the bytes from where they are, without a buffer between. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
      if (map != null) {
        return super.transferTo(out);
      }
      requireReadable();
      long wanted = storedRemaining;
      try {
        long transferred = input.transfer(wanted, out);
        position += transferred;
        storedRemaining -= transferred;
        if (transferred < wanted) {
          throw malformed("the archive ends within the data of the entry before");
        }
      } catch (IOException | RuntimeException e) {
        failure = e;
        throw e;
      }
      return wanted;
    }

    private void requireReadable() throws ImageException {
      requireIntact();
      if (isPassed) {
        throw new ImageException("The reader has gone on to another entry");
      }
    }

    private long holeLength() {
      if (map == null) {
        return 0;
      }
      while (segment < map.count() && position >= map.end(segment)) {
        segment++;
      }
      long next = segment < map.count() ? map.start(segment) : size;
      return Math.max(next - position, 0);
    }

    private long segmentLength() {
      return (map == null ? size : map.end(segment)) - position;
    }
  }
}
