package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path of a {@link VirtualFileSystem}: names, which are bytes, from the root or from nowhere.
 * Behaves as a path of the default file system of Linux does. Immutable.
 */
final class VirtualPath implements Path {
  private static final ByteString HERE = ByteString.of(".");
  private static final ByteString UP = ByteString.of("..");
  private static final List<ByteString> NO_NAME = List.of(ByteString.empty());

  private final VirtualFileSystem fileSystem;
  private final boolean absolute;

  /** None for the root; one empty name for the empty path. */
  private final List<ByteString> names;

  private VirtualPath(VirtualFileSystem fileSystem, boolean absolute, List<ByteString> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = absolute || !names.isEmpty() ? names : NO_NAME;
  }

  static VirtualPath root(VirtualFileSystem fileSystem) {
    return new VirtualPath(fileSystem, true, List.of());
  }

  /** The path of these bytes; repeated slashes, and one at the end, count for nothing. */
  static VirtualPath of(VirtualFileSystem fileSystem, ByteString bytes) {
    boolean absolute = !bytes.isEmpty() && bytes.byteAt(0) == '/';
    List<ByteString> names = new ArrayList<>();
    for (ByteString name : split(bytes)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return new VirtualPath(fileSystem, absolute, List.copyOf(names));
  }

  /** What lies between the slashes, empty parts included. */
  static List<ByteString> split(ByteString bytes) {
    byte[] raw = bytes.toBytes();
    List<ByteString> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= raw.length; i++) {
      if (i == raw.length || raw[i] == '/') {
        parts.add(ByteString.of(raw, from, i));
        from = i + 1;
      }
    }
    return parts;
  }

  /** The path as one of this file system. */
  static VirtualPath require(VirtualFileSystem fileSystem, Path path) {
    if (Objects.requireNonNull(path) instanceof VirtualPath own
        && own.fileSystem.equals(fileSystem)) {
      return own;
    }
    throw new ProviderMismatchException(path + " is a path of another file system");
  }

  /** The names, as they are walked; one empty name for the empty path. */
  List<ByteString> names() {
    return names;
  }

  /** The path of a name in this directory. */
  VirtualPath child(ByteString name) {
    if (isEmpty()) {
      return new VirtualPath(fileSystem, false, List.of(name));
    }
    List<ByteString> longer = new ArrayList<>(names);
    longer.add(name);
    return new VirtualPath(fileSystem, absolute, List.copyOf(longer));
  }

  /** The last name; empty for the root. */
  ByteString lastName() {
    return names.isEmpty() ? ByteString.empty() : names.get(names.size() - 1);
  }

  /** The bytes of the path, as a symbolic link to it would hold them. */
  ByteString toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (absolute) {
      bytes.write('/');
    }
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        bytes.write('/');
      }
      bytes.writeBytes(names.get(i).toBytes());
    }
    return ByteString.of(bytes.toByteArray());
  }

  private boolean isEmpty() {
    return !absolute && names.equals(NO_NAME);
  }

  private VirtualPath relative(List<ByteString> some) {
    return new VirtualPath(fileSystem, false, List.copyOf(some));
  }

  @Override
  public VirtualFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Path getRoot() {
    return absolute ? root(fileSystem) : null;
  }

  @Override
  public @Nullable Path getFileName() {
    if (names.isEmpty()) {
      return null;
    }
    return relative(names.subList(names.size() - 1, names.size()));
  }

  @Override
  public @Nullable Path getParent() {
    if (names.isEmpty() || (names.size() == 1 && !absolute)) {
      return null;
    }
    return new VirtualPath(fileSystem, absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int from, int to) {
    if (from < 0 || to > names.size() || from >= to) {
      throw new IllegalArgumentException("No names " + from + " to " + to + " in " + this);
    }
    return relative(names.subList(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return Objects.requireNonNull(other) instanceof VirtualPath that
        && fileSystem.equals(that.fileSystem)
        && absolute == that.absolute
        && that.names.size() <= names.size()
        && names.subList(0, that.names.size()).equals(that.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(Objects.requireNonNull(other) instanceof VirtualPath that)
        || !fileSystem.equals(that.fileSystem)
        || that.names.size() > names.size()) {
      return false;
    }
    int from = names.size() - that.names.size();
    return that.absolute
        ? absolute && names.equals(that.names)
        : !that.names.isEmpty() && names.subList(from, names.size()).equals(that.names);
  }

  @Override
  public Path normalize() {
    List<ByteString> kept = new ArrayList<>();
    for (ByteString name : names) {
      boolean above = kept.isEmpty() || kept.get(kept.size() - 1).equals(UP);
      if (name.equals(UP) && !above) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(HERE) && !(name.equals(UP) && absolute)) {
        kept.add(name);
      }
    }
    return new VirtualPath(fileSystem, absolute, List.copyOf(kept));
  }

  @Override
  public Path resolve(Path other) {
    VirtualPath that = require(fileSystem, other);
    if (that.absolute || isEmpty()) {
      return that;
    }
    if (that.isEmpty()) {
      return this;
    }
    List<ByteString> joined = new ArrayList<>(names);
    joined.addAll(that.names);
    return new VirtualPath(fileSystem, absolute, List.copyOf(joined));
  }

  @Override
  public Path relativize(Path other) {
    VirtualPath that = require(fileSystem, other);
    if (absolute != that.absolute) {
      throw new IllegalArgumentException("One is absolute and one is not: " + this + ", " + other);
    }
    List<ByteString> from = ((VirtualPath) normalize()).realNames();
    List<ByteString> to = ((VirtualPath) that.normalize()).realNames();
    int shared = 0;
    while (shared < Math.min(from.size(), to.size()) && from.get(shared).equals(to.get(shared))) {
      shared++;
    }
    List<ByteString> left = from.subList(shared, from.size());
    if (left.contains(UP)) {
      throw new IllegalArgumentException("No path leads from " + this + " to " + other);
    }
    List<ByteString> way = new ArrayList<>();
    left.forEach(name -> way.add(UP));
    way.addAll(to.subList(shared, to.size()));
    return relative(way);
  }

  private List<ByteString> realNames() {
    return isEmpty() ? List.of() : names;
  }

  @Override
  public URI toUri() {
    StringBuilder text = new StringBuilder();
    for (ByteString name : ((VirtualPath) toAbsolutePath()).names) {
      text.append('/').append(UriBytes.encode(name));
    }
    return fileSystem.uri(text.isEmpty() ? "/" : text.toString());
  }

  @Override
  public Path toAbsolutePath() {
    return absolute ? this : root(fileSystem).resolve(this);
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return fileSystem.realPath(this, !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS));
  }

  /** Always fails: what happens in a container layer is not watched. */
  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException(VirtualFileSystem.NO_WATCHING);
  }

  @Override
  public int compareTo(Path other) {
    return toBytes().compareTo(require(fileSystem, other).toBytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VirtualPath that
        && fileSystem.equals(that.fileSystem)
        && absolute == that.absolute
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode() + (absolute ? 1 : 0);
  }

  /** The path as {@link NameText} writes it, from which the file system makes the same path. */
  @Override
  public String toString() {
    return (absolute ? "/" : "")
        + names.stream().map(NameText::of).collect(Collectors.joining("/"));
  }
}
