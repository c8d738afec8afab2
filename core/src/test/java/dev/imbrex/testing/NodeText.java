package dev.imbrex.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Nodes, entries and contents in words, as messages show them. */
final class NodeText {
  /** The largest content that is compared as a text. */
  static final int TEXT = 1 << 16;

  /** The longest content that is quoted in a line. */
  private static final int QUOTED = 40;

  private NodeText() {}

  static String kind(Node node) {
    return switch (node.kind()) {
      case REGULAR -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symlink";
      case CHARACTER_DEVICE -> "character device";
      case BLOCK_DEVICE -> "block device";
      case FIFO -> "fifo";
    };
  }

  /** A node without its content: kind, attributes that are not ordinary, size or target. */
  static String of(Node node) {
    String tail = "";
    if (node instanceof Node.RegularFile file) {
      tail = ", " + size(file.content().size());
    } else if (node instanceof Node.Symlink link) {
      return "symlink -> " + link.target() + attributes(node.metadata(), false);
    } else if (node instanceof Node.Device device) {
      tail = ", " + device.major() + ":" + device.minor();
    }
    return kind(node) + attributes(node.metadata(), true) + tail;
  }

  private static String attributes(Metadata metadata, boolean withMode) {
    boolean owned = metadata.uid() != 0 || metadata.gid() != 0;
    return (withMode ? " " + mode(metadata) : "")
        + (owned ? " " + owner(metadata) : "")
        + (metadata.mtime().equals(Instant.EPOCH) ? "" : " " + metadata.mtime())
        + (metadata.xattrs().isEmpty() ? "" : " " + metadata.xattrs());
  }

  static String mode(Metadata metadata) {
    return String.format(Locale.ROOT, "%04o", metadata.mode());
  }

  static String owner(Metadata metadata) {
    return metadata.uid() + ":" + metadata.gid();
  }

  static String size(long bytes) {
    return bytes == 1 ? "1 byte" : bytes + " bytes";
  }

  /** An entry, files without content. */
  static String of(LayerEntry entry) {
    if (entry instanceof LayerEntry.Present present) {
      return present.path() + " " + of(present.node());
    } else if (entry instanceof LayerEntry.Link link) {
      return link.path() + " hard link to " + link.target();
    } else if (entry instanceof LayerEntry.Removal) {
      return entry.path() + " deleted";
    } else if (entry instanceof LayerEntry.Opaque) {
      return entry.path() + " opaque";
    }
    return entry.path() + " without effect";
  }

  /** The entries, one in a line, with their contents or the digests of them. */
  static List<String> lines(List<LayerEntry> entries) throws IOException {
    List<String> lines = new ArrayList<>();
    for (LayerEntry entry : entries) {
      Optional<FileContent> content = contentOf(entry);
      if (content.isPresent()) {
        try (InputStream in = content.get().open()) {
          lines.add(of(entry) + " " + content(in.readAllBytes()));
        }
      } else {
        lines.add(of(entry));
      }
    }
    return lines;
  }

  /** The same of a layer that is stored; the caller closes the stream. */
  static List<String> lines(InputStream stored) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LayerReader reader = LayerReader.open(stored)) {
      for (TarEntry tar = reader.next(); tar != null; tar = reader.next()) {
        byte[] bytes = reader.data().readAllBytes();
        lines.addAll(lines(List.of(tar.toLayerEntry(Content.of(bytes)))));
      }
    }
    return lines;
  }

  private static Optional<FileContent> contentOf(LayerEntry entry) {
    return entry instanceof LayerEntry.Present present
            && present.node() instanceof Node.RegularFile file
        ? Optional.of(file.content())
        : Optional.empty();
  }

  /** Some content in a line: a short text as it is, else a digest. */
  static String content(byte[] bytes) {
    Optional<String> text = bytes.length <= QUOTED ? text(bytes) : Optional.empty();
    return text.map(NodeText::quoted).orElseGet(() -> Digest.sha256(bytes).toString());
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
  }

  /** The text that bytes are, if they are one. */
  static Optional<String> text(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean readable = text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t');
      return readable ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** How contents differ, in lines. */
  static List<String> compareContent(byte[] expected, byte[] actual) {
    Optional<String> before = expected.length <= TEXT ? text(expected) : Optional.empty();
    Optional<String> after = actual.length <= TEXT ? text(actual) : Optional.empty();
    if (before.isPresent() && after.isPresent()) {
      return LineDiff.compare(before.get(), after.get());
    }
    return List.of("- " + summary(expected), "+ " + summary(actual));
  }

  private static String summary(byte[] bytes) {
    return size(bytes.length) + " " + Digest.sha256(bytes);
  }
}
