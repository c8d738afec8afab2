package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree in a tar of any tool, plain or compressed as a layer can be. It is read once for what is
 * in it; contents are read from it again when they are asked for, and checked to be those of the
 * same tar.
 *
 * <pre>{@code
 * FileTree rootfs = TarTree.read(Path.of("rootfs.tar"));
 * byte[] release = rootfs.read(TreePath.of("etc/os-release"), 4096);
 * }</pre>
 */
public final class TarTree {
  private TarTree() {}

  /**
   * The tree in a file, read within the default limits; what is irregular but harmless passes.
   *
   * @throws IOException as {@link #read(Path, LayerLimits, Findings)}
   */
  public static FileTree read(Path tar) throws IOException {
    return read(tar, LayerRules.defaults(), Findings.tolerant());
  }

  /**
   * The tree in a file, which must stay as it is while contents of the tree are in use.
   *
   * @param findings takes what is harmless but not right, or refuses it
   * @throws IOException as {@link LayerReader#next}, or if it cannot be applied to nothing
   */
  public static FileTree read(Path tar, LayerLimits limits, Findings findings) throws IOException {
    return read(tar, LayerRules.defaults().withLimits(limits), findings);
  }

  /**
   * The tree in a file, which must stay as it is while contents of the tree are in use. These are
   * read by the same rules.
   *
   * @param findings takes what is harmless but not right, or refuses it
   * @throws IOException as {@link LayerReader#next}, or if it cannot be applied to nothing
   */
  public static FileTree read(Path tar, LayerRules rules, Findings findings) throws IOException {
    InFile source = new InFile(requireNonNull(tar));
    LayerContents contents = LayerContents.of(source, rules);
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader = source.read(rules, findings)) {
      source.isPlain = reader.compression() == Compression.NONE;
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.toLayerEntry(contents.of(entry)));
      }
      source.first = reader.summary();
      contents.remember(reader.checkpoints());
    }
    FileTree tree = FileTree.empty().apply(entries, findings);
    rules.limits().check(tree);
    return tree;
  }

  /** Equal to itself only: what is in a file can change. */
  private static final class InFile implements LayerSource {
    private final Path file;
    // Both are known before anybody else sees this.
    private boolean isPlain;
    private @Nullable LayerSummary first;

    InFile(Path file) {
      this.file = file;
    }

    LayerReader read(LayerRules rules, Findings findings) throws IOException {
      InputStream in = Files.newInputStream(file);
      try {
        return LayerReader.open(in, rules, findings);
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    }

    @Override
    public LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException {
      return read(rules, Findings.tolerant());
    }

    @Override
    public boolean isPlain() {
      return isPlain;
    }

    @Override
    public InputStream open(long offset, long size) throws IOException {
      return StoredPart.open(file, offset, size);
    }

    @Override
    public void check(LayerSummary summary) throws DigestMismatchException {
      if (first != null && !summary.diffId().equals(first.diffId())) {
        throw new DigestMismatchException(
            "Tar " + file, first.diffId().toString(), summary.diffId().toString());
      }
    }

    @Override
    public Object tar() {
      return this;
    }

    @Override
    public String toString() {
      return "tar " + file;
    }
  }
}
