package dev.imbrex.registry.server;

import java.util.Optional;

/** Who sent a request, and what they may do. */
interface Caller {
  /** Somebody who may do everything: nobody asks who they are. */
  Caller ANYBODY =
      new Caller() {
        @Override
        public boolean may(String repository, RegistryAction action) {
          return true;
        }

        @Override
        public boolean isKnown() {
          return true;
        }
      };

  /** Whether they may do something with the repository of a path, the shortest one. */
  boolean may(String repository, RegistryAction action);

  /** Whether they may see that there is a repository. */
  default boolean maySee(String repository) {
    return may(repository, RegistryAction.PULL);
  }

  /** Whether they have said who they are. */
  boolean isKnown();

  /** A user, or somebody without credentials, with the rights of the access. */
  static Caller of(Optional<String> user, RegistryAccess access) {
    return new Caller() {
      @Override
      public boolean may(String repository, RegistryAction action) {
        return access.rights().allow(user, repository, action);
      }

      @Override
      public boolean isKnown() {
        return user.isPresent();
      }
    };
  }
}
