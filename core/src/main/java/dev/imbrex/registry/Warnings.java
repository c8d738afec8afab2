package dev.imbrex.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Warning headers (OCI distribution-spec 1.1, "Warnings"). */
final class Warnings {
  /** Code 299, no agent, one quoted text, and nothing behind it, as the specification has it. */
  private static final Pattern WARNING =
      Pattern.compile("299 - \"((?:[^\"\\\\\\p{Cntrl}]|\\\\[^\\p{Cntrl}])*)\"");

  private Warnings() {}

  static List<String> texts(List<String> headers) {
    List<String> texts = new ArrayList<>();
    for (String header : headers) {
      Matcher matcher = WARNING.matcher(header.strip());
      if (matcher.matches()) {
        texts.add(matcher.group(1).replaceAll("\\\\(.)", "$1"));
      }
    }
    return texts;
  }
}
