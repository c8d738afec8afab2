package dev.imbrex.examples.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HumanUnits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** The beginning of a file as a text, if it is one. */
final class Preview {
  private static final int LIMIT = 64 << 10;

  private Preview() {}

  /** What to show for a path. Reads, so it may take long. */
  static String of(FileTree files, TreePath path) throws IOException {
    Node node = files.find(path).orElseThrow();
    String title = path + "\n" + node.metadata() + "\n\n";
    if (!(node instanceof Node.RegularFile file)) {
      return title + node;
    }
    byte[] bytes;
    try (InputStream in = files.open(path)) {
      bytes = in.readNBytes(LIMIT);
    }
    long size = file.content().size();
    String text = decode(bytes);
    if (text == null) {
      return title + "A binary file of " + HumanUnits.size(size);
    }
    return title
        + text
        + (size > LIMIT
            ? "\n… the first " + HumanUnits.size(LIMIT) + " of " + HumanUnits.size(size)
            : "");
  }

  /** Null if it is no text. A character that the limit cuts in two is left out. */
  private static String decode(byte[] bytes) {
    for (byte one : bytes) {
      if (one == 0) {
        return null;
      }
    }
    CharsetDecoder decoder = UTF_8.newDecoder();
    CharBuffer characters = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), characters, false);
    return result.isError() ? null : characters.flip().toString();
  }
}
