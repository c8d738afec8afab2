package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The place of a node in a tree: zero or more names, counted from the root (LC-M1).
 *
 * <p>Names are bytes and never empty, {@code .} or {@code ..}, and hold neither {@code /} nor NUL;
 * a name has at most {@value #MAX_NAME} bytes, a whole path at most {@value #MAX_LENGTH}. Nothing
 * is folded: two spellings of a letter are two names. Paths are ordered name by name as unsigned
 * bytes, so that all paths below a directory stand together, right after it (LC-A36). Immutable.
 */
public final class TreePath implements Comparable<TreePath> {
  /** The greatest number of bytes in one name (LC-B28). */
  public static final int MAX_NAME = 255;

  /** The greatest number of bytes in a path, separators included (LC-B28). */
  public static final int MAX_LENGTH = 4096;

  private static final TreePath ROOT = new TreePath(new byte[0]);

  /** Whether one of the names starts with these bytes. */
  boolean hasNameThatStarts(ByteString prefix) {
    byte[] wanted = prefix.shared();
    for (int from = 0; from + wanted.length <= bytes.length; from++) {
      boolean isStart = from == 0 || bytes[from - 1] == '/';
      if (isStart && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the last name starts with these bytes; the root has none. */
  boolean nameStartsWith(ByteString prefix) {
    byte[] wanted = prefix.shared();
    int from = lastSlash() + 1;
    return bytes.length - from >= wanted.length
        && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }

  /** The names joined by slashes, without one at either end; empty for the root. */
  private final byte[] bytes;

  private int hash;

  private TreePath(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The root of the tree: the path of no names. */
  public static TreePath root() {
    return ROOT;
  }

  /**
   * The path a caller means by this text, in UTF-8. Leading, trailing and repeated slashes and
   * {@code .} count for nothing, and {@code a/..} cancels out, without a look at any tree.
   *
   * @throws IllegalArgumentException if the text climbs above the root, holds a NUL or half a
   *     surrogate pair, or is too long
   */
  public static TreePath of(String path) {
    return of(ByteString.encode(path));
  }

  /**
   * The path a caller means by these bytes, cleaned as in {@link #of(String)}.
   *
   * @throws IllegalArgumentException if the bytes climb above the root, hold a NUL or are too long
   */
  public static TreePath of(byte[] path) {
    Cleaned cleaned = clean(path, false);
    if (cleaned.problem != null) {
      throw new IllegalArgumentException(
          "path \"" + ByteString.display(path, 0, path.length) + "\": " + cleaned.problem);
    }
    return cleaned.path;
  }

  /**
   * The path an archive means by the name of an entry or of a hard link's target, cleaned as in
   * {@link #of(String)} (LC-B26 to LC-B28, LC-B51).
   *
   * @throws MalformedContentException if the name climbs above the root, holds a NUL or is too long
   */
  public static TreePath fromEntryName(byte[] name) throws MalformedContentException {
    return fromEntryName(name, clean(name, false));
  }

  private static TreePath fromEntryName(byte[] name, Cleaned cleaned)
      throws MalformedContentException {
    if (cleaned.problem != null) {
      int shown = Math.min(name.length, MAX_LENGTH);
      throw new MalformedContentException(
          "layer", "entry " + ByteString.display(name, 0, shown), cleaned.problem);
    }
    return cleaned.path;
  }

  /**
   * The path an archive means by a name, cleaned as in {@link #of(String)}, where the parent of the
   * root is the root: {@code ../../etc/x} is {@code /etc/x} (LC-B26, LENIENT).
   *
   * @throws MalformedContentException if the name holds a NUL or is too long
   */
  public static TreePath clampEntryName(byte[] name) throws MalformedContentException {
    return fromEntryName(name, clean(name, true));
  }

  /** Whether a name climbs above the root somewhere on its way. */
  public static boolean climbs(byte[] name) {
    int depth = 0;
    for (int from = 0; from < name.length; ) {
      int slash = indexOf(name, (byte) '/', from);
      int to = slash < 0 ? name.length : slash;
      if (isParent(name, from, to)) {
        depth--;
      } else if (to > from && !isSelf(name, from, to)) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  /**
   * The path of a name in this directory.
   *
   * @throws IllegalArgumentException if it cannot be a name, or the path would be too long
   */
  public TreePath child(ByteString name) {
    return child(name.shared());
  }

  /**
   * The path of a name, in UTF-8, in this directory.
   *
   * @throws IllegalArgumentException if it cannot be a name, or the path would be too long
   */
  public TreePath child(String name) {
    return child(ByteString.encode(name));
  }

  TreePath child(byte[] name) {
    requireChild(name);
    return trustedChild(name);
  }

  /** Fails as {@link #child(ByteString)} does. */
  void requireChild(byte[] name) {
    String problem = problemOfName(name, 0, name.length);
    if (problem == null && indexOf(name, (byte) '/', 0) >= 0) {
      problem = "the name holds a slash";
    }
    if (problem == null && !hasRoomFor(name)) {
      problem = "the path is longer than " + MAX_LENGTH + " bytes";
    }
    if (problem != null) {
      throw new IllegalArgumentException(
          "name \"" + ByteString.display(name, 0, name.length) + "\" in " + this + ": " + problem);
    }
  }

  /** Whether the path of this valid name would keep within {@link #MAX_LENGTH}. */
  boolean hasRoomFor(byte[] name) {
    return bytes.length + (isRoot() ? 0 : 1) + name.length <= MAX_LENGTH;
  }

  /** The path of a name that already stands in a tree. */
  TreePath trustedChild(byte[] name) {
    if (isRoot()) {
      return new TreePath(name.clone());
    }
    byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
    joined[bytes.length] = '/';
    System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
    return new TreePath(joined);
  }

  /**
   * The path that a path counted from this directory has when counted from the root.
   *
   * @throws IllegalArgumentException if it would be too long
   */
  public TreePath resolve(TreePath relative) {
    if (relative.isRoot()) {
      return this;
    }
    if (bytes.length + 1 + relative.bytes.length > MAX_LENGTH && !isRoot()) {
      throw new IllegalArgumentException(
          "path " + relative + " in " + this + " is longer than " + MAX_LENGTH + " bytes");
    }
    return isRoot() ? relative : trustedChild(relative.bytes);
  }

  /** Whether this is the root. */
  public boolean isRoot() {
    return bytes.length == 0;
  }

  /**
   * The directory that holds this path's last name.
   *
   * @throws IllegalStateException if this is the root
   */
  public TreePath parent() {
    requireName();
    int slash = lastSlash();
    return slash < 0 ? ROOT : new TreePath(Arrays.copyOf(bytes, slash));
  }

  /**
   * The last name.
   *
   * @throws IllegalStateException if this is the root
   */
  public ByteString name() {
    requireName();
    return ByteString.of(bytes, lastSlash() + 1, bytes.length);
  }

  /** The names from the root down; empty for the root. */
  public List<ByteString> names() {
    List<ByteString> names = new ArrayList<>();
    Components components = components();
    while (components.hasNext()) {
      names.add(ByteString.trusted(components.next()));
    }
    return List.copyOf(names);
  }

  /** The number of names. */
  public int depth() {
    if (isRoot()) {
      return 0;
    }
    int depth = 1;
    for (byte b : bytes) {
      if (b == '/') {
        depth++;
      }
    }
    return depth;
  }

  /** Whether this path is the other one or stands below it, judged name by name (LC-A27). */
  public boolean startsWith(TreePath other) {
    int length = other.bytes.length;
    return other.isRoot()
        || (bytes.length >= length
            && Arrays.equals(bytes, 0, length, other.bytes, 0, length)
            && (bytes.length == length || bytes[length] == '/'));
  }

  /** Whether this directory holds the path's last name: whether it is its {@link #parent}. */
  public boolean isIn(TreePath directory) {
    int length = directory.bytes.length;
    if (length == 0) {
      return !isRoot() && lastSlash() < 0;
    }
    return bytes.length > length
        && bytes[length] == '/'
        && lastSlash() == length
        && Arrays.equals(bytes, 0, length, directory.bytes, 0, length);
  }

  /** The names joined by slashes, without one at either end; no bytes for the root. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The names from the root down, each in an array of its own. */
  Components components() {
    return new Components(bytes);
  }

  @Override
  public int compareTo(TreePath other) {
    int mismatch = Arrays.mismatch(bytes, other.bytes);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch == bytes.length || mismatch == other.bytes.length) {
      return bytes.length - other.bytes.length;
    }
    return rank(bytes[mismatch]) - rank(other.bytes[mismatch]);
  }

  /** A slash comes before every byte of a name, so that subtrees stay together. */
  private static int rank(byte b) {
    return b == '/' ? 0 : b & 0xff;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreePath that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(bytes);
    }
    return hash;
  }

  /**
   * A text for people, with a leading slash, escaped as {@link ByteString#toString} does. Paths are
   * told apart by it, but {@link #of(String)} does not read escapes.
   */
  @Override
  public String toString() {
    return "/" + ByteString.display(bytes, 0, bytes.length);
  }

  private void requireName() {
    if (isRoot()) {
      throw new IllegalStateException("the root has neither a name nor a parent");
    }
  }

  private int lastSlash() {
    int i = bytes.length - 1;
    while (i >= 0 && bytes[i] != '/') {
      i--;
    }
    return i;
  }

  /** The outcome of cleaning: a path, or why there is none. */
  private record Cleaned(TreePath path, @Nullable String problem) {
    static Cleaned refused(String problem) {
      return new Cleaned(ROOT, problem);
    }
  }

  private static Cleaned clean(byte[] raw, boolean clamps) {
    byte[] kept = new byte[raw.length];
    int length = 0;
    for (int from = 0; from < raw.length; ) {
      int slash = indexOf(raw, (byte) '/', from);
      int to = slash < 0 ? raw.length : slash;
      if (isParent(raw, from, to)) {
        if (length == 0 && !clamps) {
          return Cleaned.refused("the name climbs above the root");
        }
        while (length > 0 && kept[--length] != '/') {
          // Takes the last name away, and the slash before it.
        }
      } else if (to > from && !isSelf(raw, from, to)) {
        String problem = problemOfName(raw, from, to);
        if (problem != null) {
          return Cleaned.refused(problem);
        }
        if (length > 0) {
          kept[length++] = '/';
        }
        System.arraycopy(raw, from, kept, length, to - from);
        length += to - from;
      }
      from = to + 1;
    }
    if (length > MAX_LENGTH) {
      return Cleaned.refused("the path is longer than " + MAX_LENGTH + " bytes");
    }
    byte[] bytes = length == kept.length ? kept : Arrays.copyOf(kept, length);
    return new Cleaned(length == 0 ? ROOT : new TreePath(bytes), null);
  }

  private static @Nullable String problemOfName(byte[] bytes, int from, int to) {
    if (from == to || isSelf(bytes, from, to) || isParent(bytes, from, to)) {
      return "empty, . and .. are not names";
    }
    if (to - from > MAX_NAME) {
      return "a name is longer than " + MAX_NAME + " bytes";
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return "a name holds a NUL byte";
      }
    }
    return null;
  }

  private static boolean isSelf(byte[] bytes, int from, int to) {
    return to - from == 1 && bytes[from] == '.';
  }

  private static boolean isParent(byte[] bytes, int from, int to) {
    return to - from == 2 && bytes[from] == '.' && bytes[from + 1] == '.';
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Walks the names of a path without making values of them. */
  static final class Components implements Iterator<byte[]> {
    private final byte[] bytes;
    private int from;

    private Components(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean hasNext() {
      return from < bytes.length;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int slash = indexOf(bytes, (byte) '/', from);
      int to = slash < 0 ? bytes.length : slash;
      byte[] name = Arrays.copyOfRange(bytes, from, to);
      from = to + 1;
      return name;
    }
  }
}
