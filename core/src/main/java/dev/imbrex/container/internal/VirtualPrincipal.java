package dev.imbrex.container.internal;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** A user or a group: a number, with the name the files of the image have for it. */
class VirtualPrincipal implements UserPrincipal {
  private final VirtualFileSystem fileSystem;
  private final long id;

  /** A user. */
  VirtualPrincipal(VirtualFileSystem fileSystem, long id) {
    this.fileSystem = fileSystem;
    this.id = id;
  }

  /** A group. */
  static final class Group extends VirtualPrincipal implements GroupPrincipal {
    Group(VirtualFileSystem fileSystem, long id) {
      super(fileSystem, id);
    }
  }

  final long id() {
    return id;
  }

  final boolean isOf(VirtualFileSystem other) {
    return fileSystem.equals(other);
  }

  private boolean isGroup() {
    return this instanceof Group;
  }

  /** The name in the image's own accounts, or the number if they have none. */
  @Override
  public final String getName() {
    return fileSystem.accounts().name(id, isGroup());
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof VirtualPrincipal that
        && id == that.id
        && isGroup() == that.isGroup()
        && isOf(that.fileSystem);
  }

  @Override
  public final int hashCode() {
    return Long.hashCode(isGroup() ? ~id : id);
  }

  @Override
  public final String toString() {
    return getName();
  }
}
