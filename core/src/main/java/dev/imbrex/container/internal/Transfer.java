package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies and moves. A copied file shares its bytes with the original until one of them changes. */
final class Transfer {
  private final VirtualFileSystem fileSystem;
  private final VirtualPath source;
  private final VirtualPath target;
  private final List<CopyOption> options;

  Transfer(
      VirtualFileSystem fileSystem, VirtualPath source, VirtualPath target, CopyOption... options) {
    this.fileSystem = fileSystem;
    this.source = source;
    this.target = target;
    this.options = Arrays.asList(options);
    for (CopyOption option : options) {
      if (!(Objects.requireNonNull(option) instanceof StandardCopyOption)
          && option != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException(option + " is no option to copy or move with");
      }
    }
  }

  void copy() throws IOException {
    if (options.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new UnsupportedOperationException("A copy cannot be an atomic move");
    }
    fileSystem.change(
        namespace -> {
          boolean follow = !options.contains(LinkOption.NOFOLLOW_LINKS);
          Inode inode = PathWalk.find(namespace, source, follow).require(source);
          Place to = PathWalk.find(namespace, target, false);
          if (isSame(inode, to.inode())) {
            return;
          }
          Instant now = fileSystem.now();
          requireToldToReplace(to);
          if (isDots(target)) {
            throw Reasons.invalid(target);
          }
          if (to.inode() != null) {
            Removal.requireRemovable(namespace, to, to.inode(), target);
          }
          // A directory may be copied over a file in it, which gives the directory a new time.
          Inode copy = copyOf(namespace, inode, now);
          if (to.inode() != null) {
            namespace.unbind(to.directory(), to.name(), now);
          }
          namespace.bind(to.directory(), to.name(), copy, now);
        });
  }

  private Inode copyOf(Namespace namespace, Inode inode, Instant now) {
    boolean exact = options.contains(StandardCopyOption.COPY_ATTRIBUTES);
    Metadata metadata = exact ? inode.metadata() : fresh(inode, now);
    Inode copy;
    if (inode instanceof FileInode file) {
      // What is frozen is held by the copy from now on.
      FileContent content = file.data().freeze(held -> {});
      copy = namespace.newFile(metadata, content, now);
    } else if (inode instanceof LeafInode leaf) {
      copy = namespace.newLeaf(leaf.node().withMetadata(metadata), now);
    } else {
      copy = namespace.newDirectory(metadata, now);
    }
    if (exact) {
      copy.setAccessed(inode.accessed(), now);
    }
    return copy;
  }

  private Metadata fresh(Inode inode, Instant now) {
    Settings settings = fileSystem.settings();
    int mode = inode.metadata().mode() & (inode.isDirectory() ? 01777 : 07777);
    return Metadata.ofMode(inode.kind() == Node.Kind.SYMLINK ? mode : mode & ~Settings.UMASK)
        .withOwner(settings.uid(), settings.gid())
        .withMtime(now);
  }

  void move() throws IOException {
    boolean atomic = options.contains(StandardCopyOption.ATOMIC_MOVE);
    fileSystem.change(
        namespace -> {
          Place from = PathWalk.find(namespace, source, false);
          if (!atomic) {
            from.require(source);
          }
          Place to = PathWalk.find(namespace, target, false);
          boolean dots = isDots(source) || isDots(target);
          if (atomic && dots) {
            throw Reasons.busy(source);
          }
          Inode inode = from.require(source);
          if (isSame(inode, to.inode())) {
            return;
          }
          requireToldToReplace(to);
          if (from.isRoot() || dots) {
            throw Reasons.busy(source);
          }
          if (inode instanceof DirectoryInode directory && directory.holds(to.directory())) {
            throw Reasons.invalid(source);
          }
          Instant now = fileSystem.now();
          if (to.inode() != null) {
            requireReplaceable(namespace, to, inode, to.inode(), atomic);
            namespace.unbind(to.directory(), to.name(), now);
          }
          namespace.rename(from, to, inode, now);
        });
  }

  private void requireToldToReplace(Place to) throws IOException {
    if (to.inode() != null
        && !options.contains(StandardCopyOption.REPLACE_EXISTING)
        && !options.contains(StandardCopyOption.ATOMIC_MOVE)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  /** A directory moved atomically replaces an empty directory alone, and nothing else does. */
  private void requireReplaceable(
      Namespace namespace, Place to, Inode inode, Inode there, boolean atomic) throws IOException {
    if (atomic && there.isDirectory() && !inode.isDirectory()) {
      throw Reasons.isADirectory(target);
    }
    if (atomic && inode.isDirectory() && !there.isDirectory()) {
      throw Reasons.notADirectory(target);
    }
    try {
      Removal.requireRemovable(namespace, to, there, target);
    } catch (DirectoryNotEmptyException e) {
      throw atomic ? Reasons.failure(target, "Directory not empty") : e;
    }
  }

  private static boolean isSame(Inode inode, @Nullable Inode other) {
    return other != null && other.number() == inode.number();
  }

  private static boolean isDots(VirtualPath path) {
    String name = NameText.of(path.lastName());
    return name.equals(".") || name.equals("..");
  }
}
