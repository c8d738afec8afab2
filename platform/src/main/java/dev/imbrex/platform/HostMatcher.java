package dev.imbrex.platform;

import java.util.Comparator;

/** Completes candidates before another matcher sees them (SN-P4). */
record HostMatcher(PlatformMatcher matcher, Platform host) implements PlatformMatcher {
  @Override
  public boolean matches(Platform candidate) {
    return matcher.matches(complete(candidate));
  }

  @Override
  public Comparator<Platform> ranking() {
    return Comparator.comparing(this::complete, matcher.ranking());
  }

  @Override
  public String toString() {
    return matcher.toString();
  }

  private Platform complete(Platform candidate) {
    return candidate.os().isEmpty() ? candidate.normalised(host) : candidate;
  }
}
