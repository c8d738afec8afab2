package dev.imbrex.registry;

import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import java.net.URI;
import java.util.Set;

/** Where an answer sends us, and whether we go there (SN-G14). */
final class Redirects {
  static final int MOST = 10;

  private static final Set<Integer> OF_READING = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> OF_WRITING = Set.of(307, 308);

  private final boolean privateTargets;

  Redirects(boolean privateTargets) {
    this.privateTargets = privateTargets;
  }

  static boolean isRedirect(RegistryCall call, Answer answer) {
    return isRedirect(call.isReading(), answer.status());
  }

  static boolean isRedirect(boolean reading, int status) {
    return (reading ? OF_READING : OF_WRITING).contains(status);
  }

  /**
   * The URL in the Location of an answer.
   *
   * @throws RegistryException if there is none, or nobody should follow it
   */
  URI target(String method, Answer answer) throws RegistryException {
    Attempted attempted = Attempted.of(method, answer.uri());
    String location = answer.header("Location").orElse("");
    if (location.isEmpty()) {
      throw Refusals.protocol(attempted, "status " + answer.status() + " without a Location");
    }
    return target(attempted, answer.uri(), location);
  }

  /** The same of a Location that came from there. */
  URI target(Attempted attempted, URI from, String location) throws RegistryException {
    URI target;
    Origin to;
    try {
      target = from.resolve(URI.create(location));
      to = Origin.of(target);
    } catch (IllegalArgumentException e) {
      // Not with its cause, which shows the whole text.
      throw Refusals.protocol(attempted, "its Location is no http or https URL");
    }
    if (target.getRawUserInfo() != null) {
      throw refused(attempted, "its Location holds a user");
    }
    requireAllowed(attempted, Origin.of(from), to);
    return target;
  }

  private void requireAllowed(Attempted attempted, Origin from, Origin to)
      throws RegistryException {
    if (from.isSecure() && !to.isSecure()) {
      throw refused(attempted, "it leads from https to " + to);
    }
    if (!privateTargets && to.isPrivate() && !from.isPrivate()) {
      throw refused(attempted, "it leads from a public host to a private address, " + to);
    }
  }

  private static RegistryException refused(Attempted attempted, String problem) {
    return new RegistryException(Kind.REFUSED, attempted, problem);
  }
}
