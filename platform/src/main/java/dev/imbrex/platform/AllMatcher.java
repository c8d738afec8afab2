package dev.imbrex.platform;

/** Fits everything, in no order (SN-P10). */
enum AllMatcher implements PlatformMatcher {
  ALL;

  @Override
  public boolean matches(Platform candidate) {
    return true;
  }

  @Override
  public String toString() {
    return "any platform";
  }
}
