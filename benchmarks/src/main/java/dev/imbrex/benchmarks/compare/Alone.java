package dev.imbrex.benchmarks.compare;

import dev.imbrex.benchmarks.Jib;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Does one job in a process of its own: from the start of a JVM, in little memory. */
public final class Alone {
  private Alone() {}

  /**
   * Runs: {@code create DIRECTORY LAYER}, {@code small FILES ARCHIVE}, {@code jib FILES ARCHIVE
   * CACHE}.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path[] paths = List.of(args).stream().skip(1).map(Path::of).toArray(Path[]::new);
    switch (args[0]) {
      case "create" -> Ours.create(paths[0], paths[1], CompressionOptions.of(Compression.NONE));
      case "small" -> Ours.smallImage(paths[0], paths[1]);
      case "jib" -> Jib.image(paths[0], paths[1], paths[2]);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** A job in a process of its own, with so many MiB of heap, 8 of them for what is new. */
  static Contestant contestant(String name, int heap, Path result, String job, Path... arguments) {
    StringBuilder line = new StringBuilder();
    line.append(Shell.quoted(Path.of(System.getProperty("java.home"), "bin", "java")));
    line.append(" -Xmx").append(heap).append("m -Xmn8m -XX:+UseSerialGC -cp ");
    line.append(Shell.quoted(System.getProperty("java.class.path")));
    line.append(' ').append(Alone.class.getName()).append(' ').append(job);
    for (Path argument : arguments) {
      line.append(' ').append(Shell.quoted(argument));
    }
    return Contestant.program(name, 0, line.toString(), result);
  }
}
