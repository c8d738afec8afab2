package dev.imbrex.build;

import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.layers.tree.Metadata;
import java.util.Optional;

/**
 * What happens to files as they are copied.
 *
 * @param owner whom they belong to, if they do not keep their owner
 * @param mode how their permissions are changed
 * @param excludes which are left out, by their path below the source
 */
record CopyRules(Optional<Owner> owner, Optional<ModeChange> mode, IgnorePatterns excludes) {
  Metadata apply(Metadata metadata, boolean isDirectory) {
    Metadata owned =
        owner.isPresent() ? metadata.withOwner(owner.get().uid(), owner.get().gid()) : metadata;
    return mode.isPresent()
        ? owned.withMode(mode.get().apply(metadata.mode(), isDirectory))
        : owned;
  }

  /** The attributes of a directory that has to be made on the way. */
  Metadata parent() {
    Owner of = owner.orElse(Owner.ROOT);
    return Metadata.forDirectory().withOwner(of.uid(), of.gid());
  }
}
