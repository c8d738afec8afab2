package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a directory that holds its override records, one line for each path ({@link
 * SidecarLine}), in the order of paths, after the line {@value #FIRST_LINE}. It is ASCII text. Not
 * safe for use by many threads.
 */
final class Sidecar implements OverrideSink {
  static final String FIRST_LINE = "imbrex-overrides 1";

  private final NavigableMap<TreePath, OverrideRecord> records = new TreeMap<>();

  /**
   * Reads a file; one that is missing holds no record.
   *
   * @throws MalformedContentException if it is not of the form above
   */
  static Sidecar read(Path file) throws IOException {
    Sidecar sidecar = new Sidecar();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      if (!FIRST_LINE.equals(lines.readLine())) {
        throw new MalformedContentException(
            "override records " + file, "line 1", "it is not \"" + FIRST_LINE + "\"");
      }
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        sidecar.take(file, number, line);
      }
    } catch (NoSuchFileException e) {
      return sidecar;
    }
    return sidecar;
  }

  @Override
  public void record(TreePath path, OverrideRecord record) {
    records.put(path, record);
  }

  /** Removes the records of a path and of all below it. */
  void forget(TreePath path) {
    records.tailMap(path, true).entrySet().stream()
        .map(Map.Entry::getKey)
        .takeWhile(name -> name.startsWith(path))
        .toList()
        .forEach(records::remove);
  }

  /** The record of a path, or null. */
  @Nullable OverrideRecord find(TreePath path) {
    return records.isEmpty() ? null : records.get(path);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /** Writes the file anew, visible only when it is complete. */
  void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(directory, ".overrides", ".tmp");
    try {
      try (Writer out = Files.newBufferedWriter(unfinished, StandardCharsets.US_ASCII)) {
        out.write(FIRST_LINE + "\n");
        for (Map.Entry<TreePath, OverrideRecord> record : records.entrySet()) {
          out.write(SidecarLine.format(record.getKey(), record.getValue()) + "\n");
        }
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void take(Path file, int number, String line) throws MalformedContentException {
    try {
      SidecarLine read = SidecarLine.parse(line);
      records.put(read.path(), read.record());
    } catch (IllegalArgumentException e) {
      throw new MalformedContentException(
          "override records " + file, "line " + number, String.valueOf(e.getMessage()), e);
    }
  }
}
