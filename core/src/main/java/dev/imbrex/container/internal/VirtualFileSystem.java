package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * A file tree, and what has been changed in it, as a file system that behaves as the default one of
 * Linux does for root. Registered nowhere. Safe for use by many threads: one lock guards names and
 * attributes, and is never held while bytes of files move, save to wait for those of a file of
 * which a snapshot is taken.
 */
public final class VirtualFileSystem extends FileSystem {
  static final String NO_WATCHING = "Files of an image or a container layer cannot be watched";

  private static final Set<String> VIEWS = Set.of("basic", "owner", "posix", "unix", "user");

  private final Settings settings;
  private final VirtualProvider provider;
  private final BlockStore store;
  private final LowerContents lowers;
  private final Namespace namespace;
  private final Accounts accounts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Closeable> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private volatile boolean closed;

  private VirtualFileSystem(FileTree base, Settings settings) {
    this.settings = settings;
    this.store = new BlockStore(settings.memoryLimit(), settings.directory());
    this.lowers = new LowerContents(base, store);
    this.namespace = new Namespace(base, store, lowers);
    this.accounts = new Accounts(this);
    this.provider = new VirtualProvider(this);
  }

  /** A file system that starts as this tree. */
  public static VirtualFileSystem of(FileTree base, Settings settings) {
    return new VirtualFileSystem(Objects.requireNonNull(base), Objects.requireNonNull(settings));
  }

  /**
   * The files as they are now.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a path is too long for a layer
   */
  public Snapshot snapshot() throws IOException {
    return locked(Snapshot::of);
  }

  /** The root directory. */
  public Path root() {
    return VirtualPath.root(this);
  }

  // ---- For the parts of the file system

  /** A question to the namespace. */
  interface Query<T> {
    T of(Namespace namespace) throws IOException;
  }

  /** Something done to the namespace. */
  interface Change {
    void to(Namespace namespace) throws IOException;
  }

  /** Asks something while no other thread sees or changes names and attributes. */
  <T> T locked(Query<T> query) throws IOException {
    lock.lock();
    try {
      requireOpen();
      return query.of(namespace);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes something while no other thread sees or changes names and attributes.
   *
   * @throws ReadOnlyFileSystemException if nothing can be changed
   */
  void change(Change change) throws IOException {
    requireWritable();
    locked(
        names -> {
          change.to(names);
          return names;
        });
  }

  /** Notes that the bytes of a file have changed, unless the file system has been closed. */
  void written(FileInode file) {
    lock.lock();
    try {
      if (!closed) {
        Instant now = now();
        file.setMetadata(Privileges.dropped(file.metadata()).withMtime(now), now);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes in a stream or channel, to close it with the file system; called under the lock. */
  void register(Closeable stream) {
    open.add(stream);
  }

  /** Lets a closed directory stream go. */
  void forget(Closeable stream) {
    lock.lock();
    try {
      open.remove(stream);
    } finally {
      lock.unlock();
    }
  }

  /** Lets a closed channel go. */
  void forget(VirtualChannel channel, FileInode file) {
    lock.lock();
    try {
      open.remove(channel);
      file.removeHandle();
      if (!closed) {
        namespace.releaseIfGone(file);
      }
    } finally {
      lock.unlock();
    }
  }

  void requireOpen() {
    if (closed) {
      throw new ClosedFileSystemException();
    }
  }

  void requireWritable() {
    if (settings.readOnly()) {
      throw new ReadOnlyFileSystemException();
    }
  }

  Instant now() {
    return settings.clock().instant();
  }

  Settings settings() {
    return settings;
  }

  LowerContents lowers() {
    return lowers;
  }

  BlockStore store() {
    return store;
  }

  Accounts accounts() {
    return accounts;
  }

  URI uri(String path) {
    return URI.create(VirtualProvider.SCHEME + "://" + settings.name() + path);
  }

  Path realPath(VirtualPath path, boolean followLast) throws IOException {
    return locked(
        namespace -> {
          Place place = PathWalk.find(namespace, path, followLast);
          place.require(path);
          return place.isRoot() ? root() : pathOf(place.directory()).child(place.name());
        });
  }

  private VirtualPath pathOf(DirectoryInode directory) {
    List<DirectoryInode> way = new ArrayList<>();
    DirectoryInode at = directory;
    while (!at.name().isEmpty()) {
      way.add(at);
      at = at.parent();
    }
    Collections.reverse(way);
    VirtualPath path = VirtualPath.root(this);
    for (DirectoryInode step : way) {
      path = path.child(step.name());
    }
    return path;
  }

  // ---- As every file system

  @Override
  public VirtualProvider provider() {
    return provider;
  }

  /** Closes every stream and channel, and removes what was kept on disk. */
  @Override
  public void close() throws IOException {
    List<Closeable> left;
    lock.lock();
    try {
      closed = true;
      left = new ArrayList<>(open);
      open.clear();
    } finally {
      lock.unlock();
    }
    IOException failure = null;
    left.add(store);
    for (Closeable stream : left) {
      try {
        stream.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isReadOnly() {
    return settings.readOnly();
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(root());
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new VirtualFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return VIEWS;
  }

  @Override
  public VirtualPath getPath(String first, String... more) {
    StringBuilder text = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        text.append(text.isEmpty() ? "" : "/").append(part);
      }
    }
    return VirtualPath.of(this, NameText.parse(text.toString()));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("No syntax before a colon: " + syntaxAndPattern);
    }
    String syntax = syntaxAndPattern.substring(0, colon);
    String text = syntaxAndPattern.substring(colon + 1);
    Pattern pattern;
    if (syntax.equalsIgnoreCase("glob")) {
      pattern = Globs.compile(text);
    } else if (syntax.equalsIgnoreCase("regex")) {
      pattern = Pattern.compile(text);
    } else {
      throw new UnsupportedOperationException("No such syntax of patterns: " + syntax);
    }
    return path -> pattern.matcher(path.toString()).matches();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return new VirtualPrincipalLookup(this);
  }

  /** Always fails: what happens in a container layer is not watched. */
  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException(NO_WATCHING);
  }
}
