package dev.imbrex.layers.internal.calls;

import java.util.Locale;
import java.util.regex.Pattern;

/** The names that Windows takes for something else than the file of that name (LC-B75). */
final class WindowsNames {
  private static final String RESERVED_CHARACTERS = "<>:\"/\\|?*";

  /** Superscript digits count as digits there. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "CON|PRN|AUX|NUL|CLOCK\\$|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3]");

  /** What NTFS makes up as a second name of a file: it may be that of any other. */
  private static final Pattern SHORT_ALIAS =
      Pattern.compile("(?=[^.]{1,8}(\\.|$))[^.~ ]{1,6}~[0-9]{1,6}(\\.[^.]{0,3})?");

  private WindowsNames() {}

  /** Whether a file of this name can be made and found under no other. */
  static boolean allows(String name) {
    char last = name.charAt(name.length() - 1);
    return last != '.'
        && last != ' '
        && name.chars().noneMatch(c -> c < 0x20 || RESERVED_CHARACTERS.indexOf(c) >= 0)
        && !isDevice(name)
        && !SHORT_ALIAS.matcher(name).matches();
  }

  /** A device is reached with any extension, and with spaces before it. */
  private static boolean isDevice(String name) {
    int dot = name.indexOf('.');
    String base = (dot < 0 ? name : name.substring(0, dot)).stripTrailing();
    return DEVICE.matcher(base.toUpperCase(Locale.ROOT)).matches();
  }
}
