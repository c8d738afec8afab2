package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contexts of every kind, and what is left out of them (SN-B22). */
class BuildContextTest {
  private final FileSystem unix = Jimfs.newFileSystem(Configuration.unix());
  private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());

  @AfterEach
  void close() throws IOException {
    unix.close();
    windows.close();
  }

  private static void fill(Path root) throws IOException {
    for (String file :
        List.of("a.txt", "d/b.txt", "d/e/c.log", "d/e/keep.log", "empty/x.log", "sub/Dockerfile")) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
    Files.writeString(root.resolve("Dockerfile"), "FROM scratch\n");
    Files.writeString(root.resolve(".dockerignore"), "**/*.log\n");
    Files.writeString(root.resolve("sub/Dockerfile"), "FROM other\n");
    Files.writeString(root.resolve("sub/Dockerfile.dockerignore"), "*\n!d\nd/*.txt\n");
  }

  private static List<String> paths(FileTree tree) {
    return tree.walk().skip(1).map(entry -> entry.path().toString()).toList();
  }

  private static Stream<String> kinds() {
    return Stream.of("unix", "windows", "tree", "tar");
  }

  private BuildContext context(String kind, Path directory) throws IOException {
    Path root = kind.equals("windows") ? windows.getPath("C:\\ctx") : unix.getPath("/ctx");
    Files.createDirectories(root);
    fill(root);
    BuildContext plain = BuildContext.directory(root);
    return switch (kind) {
      case "tree" -> BuildContext.of(plain.files(IgnorePatterns.none()));
      case "tar" -> BuildContext.tar(tar(plain.files(IgnorePatterns.none()), directory));
      default -> plain;
    };
  }

  private static Path tar(FileTree tree, Path directory) throws IOException {
    Path tar = directory.resolve("context.tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      TarWriter writer = TarWriter.to(out, TimePolicy.seconds());
      for (LayerEntry entry : TreeDiff.between(FileTree.empty(), tree)) {
        writer.add(entry);
      }
      writer.finish();
    }
    return tar;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void giveTheFilesThatAreNotLeftOut(String kind, @TempDir Path directory) throws IOException {
    BuildContext context = context(kind, directory);
    IgnorePatterns ignore = context.ignorePatterns("Dockerfile");
    assertThat(paths(context.files(ignore)))
        .containsExactly(
            "/.dockerignore",
            "/Dockerfile",
            "/a.txt",
            "/d",
            "/d/b.txt",
            "/d/e",
            "/empty",
            "/sub",
            "/sub/Dockerfile",
            "/sub/Dockerfile.dockerignore");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void preferTheIgnoreFileOfTheDockerfile(String kind, @TempDir Path directory) throws IOException {
    BuildContext context = context(kind, directory);
    IgnorePatterns ignore = context.ignorePatterns("sub/Dockerfile");
    assertThat(paths(context.files(ignore)))
        .containsExactly("/d", "/d/e", "/d/e/c.log", "/d/e/keep.log");
    assertThat(context.dockerfile("sub/Dockerfile").stages().get(0).from().image())
        .isEqualTo("other");
  }

  @Test
  void keepADirectoryForWhatIsTakenBackIn(@TempDir Path directory) throws IOException {
    BuildContext context = context("unix", directory);
    IgnorePatterns ignore = IgnorePatterns.parse("*\n!**/keep.log\n");
    assertThat(paths(context.files(ignore))).containsExactly("/d", "/d/e", "/d/e/keep.log");
  }

  @Test
  void followALinkThatIsTheDockerfile(@TempDir Path directory) throws IOException {
    BuildContext context = context("unix", directory);
    Files.createSymbolicLink(unix.getPath("/ctx/Link"), unix.getPath("sub/Dockerfile"));
    assertThat(context.dockerfile("Link").stages().get(0).from().image()).isEqualTo("other");
  }

  @Test
  void sayWhatIsMissing(@TempDir Path directory) throws IOException {
    BuildContext context = context("unix", directory);
    assertThatThrownBy(() -> context.dockerfile("Nothing"))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessage("There is no Nothing in /ctx");
    assertThatThrownBy(() -> BuildContext.empty().dockerfile("Dockerfile"))
        .isInstanceOf(ContentNotFoundException.class);
  }
}
