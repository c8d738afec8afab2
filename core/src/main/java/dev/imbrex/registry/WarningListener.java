package dev.imbrex.registry;

/** Is told what registries want people to know (SN-G33). Calls come from any thread. */
@FunctionalInterface
public interface WarningListener {
  /**
   * A registry warns; each text is told once.
   *
   * @param host the registry
   * @param text what it says, which nobody has verified
   */
  void warned(String host, String text);
}
