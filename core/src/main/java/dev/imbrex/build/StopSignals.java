package dev.imbrex.build;

import java.util.Locale;
import java.util.Set;

/** Which texts name a signal (SN-B26). */
final class StopSignals {
  private static final int MAX_NUMBER = 64;
  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
          "RTMIN", "RTMAX");

  private StopSignals() {}

  static boolean isSignal(String text) {
    if (text.matches("\\d{1,3}")) {
      int number = Integer.parseInt(text);
      return number > 0 && number <= MAX_NUMBER;
    }
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring("SIG".length()) : upper;
    return NAMES.contains(name)
        || name.matches("RTMIN\\+([1-9]|1[0-5])")
        || name.matches("RTMAX-([1-9]|1[0-4])");
  }
}
