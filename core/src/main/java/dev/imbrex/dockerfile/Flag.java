package dev.imbrex.dockerfile;

import java.util.Optional;

/**
 * A flag of an instruction, {@code --name} or {@code --name=value} (SN-B5).
 *
 * @param name the name, without dashes
 * @param value the value, quotes and escapes resolved and variables not; none if there is no equals
 *     sign
 * @param range the flag as it stands
 */
public record Flag(String name, Optional<String> value, SourceRange range) {
  /** The flag as an instruction has it. */
  @Override
  public String toString() {
    return "--" + name + value.map(text -> "=" + text).orElse("");
  }
}
