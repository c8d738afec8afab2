package dev.imbrex.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * A stage of a Dockerfile: a {@code FROM} and what follows up to the next one (SN-B15).
 *
 * @param index its number, from 0
 * @param from how it begins
 * @param instructions what follows
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
  /** Copies the list. */
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** Its name, in lower case. */
  public Optional<String> name() {
    return from.stageName();
  }
}
