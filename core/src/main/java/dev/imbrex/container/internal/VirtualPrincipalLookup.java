package dev.imbrex.container.internal;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.OptionalLong;

/** Users and groups by the image's own {@code /etc/passwd} and {@code /etc/group}. */
final class VirtualPrincipalLookup extends UserPrincipalLookupService {
  private final VirtualFileSystem fileSystem;

  VirtualPrincipalLookup(VirtualFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public UserPrincipal lookupPrincipalByName(String name) throws IOException {
    return new VirtualPrincipal(fileSystem, id(name, false));
  }

  @Override
  public GroupPrincipal lookupPrincipalByGroupName(String name) throws IOException {
    return new VirtualPrincipal.Group(fileSystem, id(name, true));
  }

  private long id(String name, boolean group) throws IOException {
    OptionalLong id = fileSystem.accounts().id(name, group);
    return id.orElseThrow(() -> new UserPrincipalNotFoundException(name));
  }
}
