package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.build.ImageBuilder;
import java.util.List;

/**
 * A setting of an image's config, made by {@link Fixtures}.
 *
 * @param instruction what sets it
 * @param words its name, where it has one, and its value
 */
public record ConfigFixture(Instruction instruction, List<String> words) implements ImagePart {
  /** The settings there are. */
  public enum Instruction {
    /** A variable of the environment. */
    ENV,
    /** A label. */
    LABEL,
    /** What runs unless told otherwise. */
    CMD,
    /** What always runs. */
    ENTRYPOINT,
    /** Who runs it. */
    USER,
    /** Where it runs. */
    WORKDIR,
    /** A port it listens on. */
    EXPOSE,
    /** A directory whose content is kept. */
    VOLUME
  }

  /** Checks that nothing is null. */
  public ConfigFixture {
    requireNonNull(instruction);
    words = List.copyOf(words);
  }

  @Override
  public void addTo(ImageBuilder builder) {
    switch (instruction) {
      case ENV -> builder.env(words.get(0), words.get(1));
      case LABEL -> builder.label(words.get(0), words.get(1));
      case CMD -> builder.cmd(words.toArray(String[]::new));
      case ENTRYPOINT -> builder.entrypoint(words.toArray(String[]::new));
      case USER -> builder.user(words.get(0));
      case WORKDIR -> builder.workingDir(words.get(0));
      case EXPOSE -> builder.exposedPort(words.get(0));
      case VOLUME -> builder.volume(words.get(0));
    }
  }
}
