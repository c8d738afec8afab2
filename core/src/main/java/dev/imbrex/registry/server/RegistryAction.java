package dev.imbrex.registry.server;

import java.util.Locale;

/** What a user may do with a repository. */
public enum RegistryAction {
  /** Reading: manifests, blobs, tags, referrers. */
  PULL,
  /** Writing: blobs, manifests, tags. */
  PUSH,
  /** Deleting tags, manifests and blobs. */
  DELETE,
  /** Listing the repositories of the registry; the repository is empty then. */
  CATALOG;

  /** As it stands in a scope. */
  String text() {
    return this == CATALOG ? "*" : name().toLowerCase(Locale.ROOT);
  }
}
