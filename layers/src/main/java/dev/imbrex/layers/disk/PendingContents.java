package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files that wait for their contents. Those that lie in one stream are written in one pass over it,
 * in its order; others are opened one by one.
 */
final class PendingContents {
  /**
   * A file that has its place, but not its content yet.
   *
   * @param early is told if it was written; not null if that need not succeed
   */
  record Waiting(TreePath path, Node.RegularFile file, @Nullable EarlyFile early) {
    Waiting(TreePath path, Node.RegularFile file) {
      this(path, file, null);
    }
  }

  /** Writes files. */
  @FunctionalInterface
  interface Target {
    /** Writes a file with these bytes, which are read before this returns. */
    void write(Waiting waiting, InputStream data) throws IOException;

    /** Writes a file whose content lies by itself. */
    default void open(Waiting waiting) throws IOException {
      try (InputStream data = waiting.file().content().open()) {
        write(waiting, data);
      }
    }
  }

  private final List<Waiting> single = new ArrayList<>();
  private final Map<ContentStream, Map<StreamedContent, List<Waiting>>> streamed =
      new LinkedHashMap<>();

  void add(TreePath path, Node.RegularFile file) {
    Waiting waiting = new Waiting(path, file);
    FileContent content = file.content();
    if (content instanceof StreamedContent inStream) {
      streamed
          .computeIfAbsent(inStream.stream(), stream -> new LinkedHashMap<>())
          .computeIfAbsent(inStream, key -> new ArrayList<>(1))
          .add(waiting);
    } else {
      single.add(waiting);
    }
  }

  void writeTo(Target target) throws IOException {
    for (Waiting waiting : single) {
      target.open(waiting);
    }
    for (Map.Entry<ContentStream, Map<StreamedContent, List<Waiting>>> entry :
        streamed.entrySet()) {
      Map<StreamedContent, List<Waiting>> wanted = entry.getValue();
      entry
          .getKey()
          .read(
              wanted.keySet(),
              (content, data) ->
                  target.write(Objects.requireNonNull(wanted.get(content)).get(0), data));
      for (List<Waiting> same : wanted.values()) {
        // A stream gives each content once; the same one is rarely wanted in two places.
        for (Waiting waiting : same.subList(1, same.size())) {
          target.open(waiting);
        }
      }
    }
  }
}
