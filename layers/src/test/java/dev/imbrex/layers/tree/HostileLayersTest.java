package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.DiskAccess;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Layers made to reach out of the directory they are extracted to, as past flaws of others allowed
 * (LC-C1 to LC-C6, LC-C13 to LC-C30). A tree outside is compared before and after.
 */
class HostileLayersTest {
  /** Stands for the path of the tree outside. */
  private static final String OUTSIDE = "@";

  @TempDir Path temporary;

  /** What a careless engine lets escape: each is a stack of layers, the lowest first. */
  private enum Attack {
    /** LC-C13: CVE-2014-6407, a link and a file below it. */
    FILE_BELOW_ABSOLUTE_LINK(List.of("l->" + OUTSIDE, "l/evil")),
    /** LC-C13. */
    FILE_BELOW_CLIMBING_LINK(List.of("l->../outside", "l/evil")),
    /** LC-C13, LC-C25: the first layer plants the link, the second uses it. */
    LINK_OF_AN_EARLIER_LAYER(List.of("l->" + OUTSIDE), List.of("l/evil")),
    /** LC-C13: CVE-2014-9356, writing through a link in the last place. */
    FILE_OVER_LINK(List.of("l->" + OUTSIDE + "/secret"), List.of("l:evil")),
    /** LC-C2, LC-C20: CVE-2021-32760, attributes through a hard link to a link. */
    HARD_LINK_TO_LINK(List.of("l->" + OUTSIDE + "/secret", "h=l")),
    /** LC-C2: CVE-2026-33056, a directory entry over a link must not change what it leads to. */
    DIRECTORY_OVER_LINK(List.of("l->" + OUTSIDE), List.of("l/", "l/evil")),
    /** LC-C3, LC-C26: CVE-2021-32803, a directory that is replaced after it was seen. */
    DIRECTORY_REPLACED_BY_LINK(List.of("d/", "d/f", "d->" + OUTSIDE, "e/f")),
    /** LC-C16, LC-C23, LC-C24: a link that changes after it was looked at. */
    LINK_CHANGED_LATER(List.of("in/", "l->in", "l/f"), List.of("l->" + OUTSIDE), List.of("l/evil")),
    /** LC-C4, LC-B43: a whiteout below a link. */
    WHITEOUT_BELOW_LINK(List.of("l->" + OUTSIDE), List.of("l/.wh.secret")),
    /** LC-C4, LC-B40. */
    OPAQUE_BELOW_LINK(List.of("l->" + OUTSIDE), List.of("l/.wh..wh..opq")),
    /** LC-C24: CVE-2025-4517, a chain of links longer than a resolved path may be. */
    CHAIN_OF_LINKS(chain()),
    /** LC-C19: CVE-2021-29136, the root itself as a link. */
    ROOT_AS_LINK(List.of(".->" + OUTSIDE), List.of("evil")),
    /** LC-C13, LC-B26: names that climb. */
    CLIMBING_NAME(List.of("../outside/evil")),
    /** LC-C13, LC-B26, LC-B51: a hard link to what is outside. */
    CLIMBING_HARD_LINK(List.of("h=../outside/secret")),
    /** LC-B51: the same with an absolute target. */
    ABSOLUTE_HARD_LINK(List.of("h=" + OUTSIDE + "/secret")),
    /** LC-B39: a scanner took this for the directory itself. */
    WHITEOUT_OF_NOTHING(List.of("d/.wh."));

    @SuppressWarnings("ImmutableEnumChecker") // Made of List.of, all the way down.
    private final List<List<String>> layers;

    Attack(List<String> only) {
      layers = List.of(only);
    }

    Attack(List<String> lower, List<String> upper) {
      layers = List.of(lower, upper);
    }

    Attack(List<String> lowest, List<String> middle, List<String> upper) {
      layers = List.of(lowest, middle, upper);
    }

    private static List<String> chain() {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        items.add("l" + i + "->" + "./".repeat(20) + "l" + (i + 1));
      }
      items.add("l100->" + OUTSIDE);
      items.add("l0/evil");
      return items;
    }

    List<List<LayerEntry>> entries(Path outside) throws IOException {
      List<List<LayerEntry>> all = new ArrayList<>();
      for (List<String> layer : layers) {
        all.add(
            Sketch.layer(
                layer.stream()
                    .map(item -> item.replace(OUTSIDE, outside.toString()))
                    .toArray(String[]::new)));
      }
      return all;
    }
  }

  private Path outside() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectory(outside.resolve("d"));
    for (Path file : List.of(outside.resolve("secret"), outside.resolve("d"), outside)) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    }
    return outside;
  }

  /** Names, attributes and contents of the tree outside. */
  private static List<String> snapshot(Path outside) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path file : files.sorted().toList()) {
        boolean isUnix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        String attributes = isUnix ? "unix:mode,uid,gid,nlink,ino,lastModifiedTime,size" : "*";
        lines.add(file + " " + Files.readAttributes(file, attributes, LinkOption.NOFOLLOW_LINKS));
        if (Files.isRegularFile(file)) {
          lines.add(Arrays.toString(Files.readAllBytes(file)));
        }
      }
    }
    return lines;
  }

  private static void extract(List<List<LayerEntry>> layers, Path target, DiskAccess access)
      throws IOException {
    FileTree tree = FileTree.empty();
    for (List<LayerEntry> layer : layers) {
      tree = tree.apply(layer, Findings.tolerant());
    }
    // Files are put there before, as they come by from the highest layer down.
    List<LayerEntry> offered = new ArrayList<>();
    for (int i = layers.size() - 1; i >= 0; i--) {
      offered.addAll(layers.get(i));
    }
    FacesTest.draft(tree, offered, target, ExtractOptions.trusted().withAccess(access));
  }

  private static void update(List<List<LayerEntry>> layers, Path target, DiskAccess access)
      throws IOException {
    ExtractOptions options = ExtractOptions.trusted().withAccess(access);
    DirectoryWriter.write(FileTree.empty(), target, options);
    for (List<LayerEntry> layer : layers) {
      DirectoryUpdate.apply(
          layer,
          target,
          ScanOptions.standard().withAccess(access),
          options,
          Findings.tolerant(),
          Progress.none());
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOutsideChanges(Attack attack) throws Exception {
    Path outside = outside();
    List<String> before = snapshot(outside);
    for (DiskAccess access : List.of(DiskAccess.NIO, DiskAccess.AUTOMATIC)) {
      Path target = temporary.resolve("root-" + access);
      Path updated = temporary.resolve("updated-" + access);
      try {
        extract(attack.entries(outside), target, access);
        update(attack.entries(outside), updated, access);
      } catch (ImageException e) {
        // Refusing is as good as containing.
        assertThat(e).hasMessageContaining("/");
      }
      assertThat(snapshot(outside)).as("by %s", access).isEqualTo(before);
    }
  }

  /** The attacks are real: an engine that goes by paths lets them escape. */
  @Test
  void aNaiveEngineIsTakenIn() throws Exception {
    int escaped = 0;
    for (Attack attack : Attack.values()) {
      MoreFiles.deleteDirectoryContents(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
      Path outside = outside();
      List<String> before = snapshot(outside);
      Path target = Files.createDirectory(temporary.resolve("root"));
      try {
        for (List<LayerEntry> layer : attack.entries(outside)) {
          for (LayerEntry entry : layer) {
            writeNaively(target, entry);
          }
        }
      } catch (ImageException e) {
        // The names alone gave it away.
        continue;
      } catch (IOException e) {
        // It failed half-way, which does not undo what it did.
      }
      escaped += snapshot(outside).equals(before) ? 0 : 1;
    }
    assertThat(escaped).isGreaterThan(7);
  }

  private static void writeNaively(Path root, LayerEntry entry) throws IOException {
    Path path = root.resolve(entry.path().toString().substring(1));
    if (entry instanceof LayerEntry.Removal) {
      if (Files.exists(path)) {
        MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    } else if (entry instanceof LayerEntry.Opaque) {
      MoreFiles.deleteDirectoryContents(path, RecursiveDeleteOption.ALLOW_INSECURE);
    } else if (entry instanceof LayerEntry.Link link) {
      Files.createLink(path, root.resolve(link.target().toString().substring(1)));
      Files.setAttribute(path, "unix:mode", 0777);
    } else if (entry instanceof LayerEntry.Present present) {
      Node node = present.node();
      if (node instanceof Node.Symlink symlink) {
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, Path.of(symlink.target().toString()));
      } else if (node instanceof Node.RegularFile file) {
        try (InputStream in = file.content().open()) {
          Files.write(path, in.readAllBytes());
        }
      } else {
        if (!Files.isDirectory(path)) {
          Files.createDirectories(path);
        }
        Files.setAttribute(path, "unix:mode", 0700);
      }
    }
  }

  /** LC-F13: random stacks of layers with links that lead outside. */
  @Test
  void randomLayersStayInside() throws Exception {
    Path outside = outside();
    List<String> before = snapshot(outside);
    Generated.forSeeds(
        200,
        random -> {
          Path target = temporary.resolve("root");
          List<List<LayerEntry>> layers = hostile(random, outside);
          try {
            update(layers, target, DiskAccess.AUTOMATIC);
          } catch (ImageException e) {
            assertThat(e).hasMessageContaining("/");
          }
          assertThat(snapshot(outside)).isEqualTo(before);
          if (Files.exists(target)) {
            MoreFiles.deleteRecursively(target, RecursiveDeleteOption.ALLOW_INSECURE);
          }
        });
  }

  private static List<List<LayerEntry>> hostile(Random random, Path outside) {
    RandomTrees trees = new RandomTrees(random);
    String[] targets = {outside.toString(), "../outside", "../../outside", outside + "/d", "/"};
    List<List<LayerEntry>> layers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<LayerEntry> layer = new ArrayList<>(trees.layer(6));
      Node link =
          new Node.Symlink(
              Metadata.forFile(), ByteString.of(targets[random.nextInt(targets.length)]));
      layer.add(random.nextInt(layer.size()), new LayerEntry.Present(trees.path(), link));
      layers.add(layer);
    }
    return layers;
  }
}
