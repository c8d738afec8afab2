package dev.imbrex.container.internal;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The basic, the owner and the POSIX view in one; only the name tells them apart. */
final class VirtualPosixView implements PosixFileAttributeView {
  private final String name;
  private final AttributeChange file;

  VirtualPosixView(String name, AttributeChange file) {
    this.name = name;
    this.file = file;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public VirtualAttributes readAttributes() throws IOException {
    return file.read();
  }

  /** Sets the times that are not null; that of the creation is not kept. */
  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    file.times(modified, accessed);
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    file.mode(InitialMode.modeOf(permissions));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return file.read().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    file.owner(owner);
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    file.group(group);
  }
}
