package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes the attributes of what a path leads to. */
final class AttributeChange {
  private static final Set<String> TIMES =
      Set.of("lastModifiedTime", "lastAccessTime", "creationTime");

  private final VirtualFileSystem fileSystem;
  private final VirtualPath path;
  private final boolean follow;

  AttributeChange(VirtualFileSystem fileSystem, VirtualPath path, boolean follow) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.follow = follow;
  }

  /** What the path leads to now. */
  VirtualAttributes read() throws IOException {
    return fileSystem.locked(
        namespace -> {
          Inode inode = PathWalk.find(namespace, path, follow).require(path);
          if (inode instanceof DirectoryInode directory) {
            namespace.children(directory);
          }
          return new VirtualAttributes(fileSystem, inode);
        });
  }

  /** Sets the attribute of this name in a view. */
  void set(String view, String name, Object value) throws IOException {
    boolean unix = view.equals("unix");
    boolean posix = unix || view.equals("posix");
    if (!posix && !view.equals("basic") && !view.equals("owner")) {
      throw AttributeNames.noView(view);
    }
    if (!view.equals("owner") && TIMES.contains(name)) {
      FileTime time = (FileTime) value;
      times(
          name.equals("lastModifiedTime") ? time : null,
          name.equals("lastAccessTime") ? time : null);
    } else if (posix && name.equals("permissions")) {
      mode(InitialMode.modeOf(value));
    } else if ((posix || view.equals("owner")) && name.equals("owner")) {
      owner((UserPrincipal) value);
    } else if (posix && name.equals("group")) {
      group((UserPrincipal) value);
    } else if (unix && name.equals("mode")) {
      mode((Integer) value & 07777);
    } else if (unix && name.equals("uid")) {
      owner(Integer.toUnsignedLong((Integer) value), -1);
    } else if (unix && name.equals("gid")) {
      owner(-1, Integer.toUnsignedLong((Integer) value));
    } else {
      throw new IllegalArgumentException("'" + view + ":" + name + "' not recognized");
    }
  }

  void times(@Nullable FileTime modified, @Nullable FileTime accessed) throws IOException {
    if (modified == null && accessed == null) {
      return;
    }
    change(
        inode -> {
          Instant now = fileSystem.now();
          if (accessed != null) {
            inode.setAccessed(accessed.toInstant(), now);
          }
          if (modified != null) {
            inode.setMetadata(inode.metadata().withMtime(modified.toInstant()), now);
          }
        });
  }

  void mode(int mode) throws IOException {
    change(
        inode -> {
          if (inode.kind() == Node.Kind.SYMLINK) {
            throw Reasons.failure(path, "Operation not supported");
          }
          inode.setMetadata(inode.metadata().withMode(mode), fileSystem.now());
        });
  }

  void owner(UserPrincipal owner) throws IOException {
    VirtualPrincipal user = require(owner);
    if (user instanceof VirtualPrincipal.Group) {
      throw new IOException("A file cannot be owned by a group: " + owner);
    }
    owner(user.id(), -1);
  }

  void group(UserPrincipal group) throws IOException {
    if (!(require(group) instanceof VirtualPrincipal.Group principal)) {
      throw new IOException("Not a group: " + group);
    }
    owner(-1, principal.id());
  }

  private VirtualPrincipal require(UserPrincipal principal) {
    if (Objects.requireNonNull(principal) instanceof VirtualPrincipal own && own.isOf(fileSystem)) {
      return own;
    }
    throw new ProviderMismatchException(principal + " is of another file system");
  }

  /** Sets owner and group, where they are not -1; set-id bits and capabilities go, as in Linux. */
  private void owner(long uid, long gid) throws IOException {
    if (uid > Metadata.MAX_ID || gid > Metadata.MAX_ID) {
      throw Reasons.invalid(path);
    }
    change(
        inode -> {
          Metadata old = inode.metadata();
          boolean keeps = inode.isDirectory() || inode.kind() == Node.Kind.SYMLINK;
          Metadata left = keeps ? old : Privileges.droppedByOwner(old);
          inode.setMetadata(
              left.withOwner(uid < 0 ? old.uid() : uid, gid < 0 ? old.gid() : gid),
              fileSystem.now());
        });
  }

  /** Changes the extended attributes; only files and directories have those of users. */
  void metadata(UnaryOperator<Metadata> edit) throws IOException {
    change(
        inode -> {
          requireUserAttributes(inode.kind());
          inode.setMetadata(edit.apply(inode.metadata()), fileSystem.now());
        });
  }

  void requireUserAttributes(Node.Kind kind) throws IOException {
    if (kind != Node.Kind.REGULAR && kind != Node.Kind.DIRECTORY) {
      throw Reasons.notPermitted(path);
    }
  }

  private interface Edit {
    void on(Inode inode) throws IOException;
  }

  private void change(Edit edit) throws IOException {
    fileSystem.change(
        namespace -> {
          edit.on(PathWalk.find(namespace, path, follow).require(path));
        });
  }
}
