package dev.imbrex.container;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sequences of random operations, done by the default file system of Linux and by a container layer
 * on an image with the same files: each must succeed or fail in both, in the same way, and all
 * files be the same afterwards; then the layer is committed, and the image must show the same
 * again. {@code -Dimbrex.seed} and {@code -Dimbrex.cases} choose other ones, and more.
 */
@EnabledOnOs(OS.LINUX)
class RandomOperationsTest {
  private static final int STEPS = 60;
  private static final FileTime NOW_OR_LATER = FileTime.fromMillis(1_600_000_000_000L);

  private static final String[] NAMES = {
    "file",
    "big",
    "dir",
    "dir/one",
    "dir/two",
    "dir/sub",
    "dir/sub/deep",
    "dir/sub/up",
    "empty",
    "link",
    "dirlink",
    "dirlink/two",
    "dangling",
    "nowhere",
    "loop",
    "a",
    "b",
    "new",
    "new/x",
    "empty/y",
    "dir/sub/up/file",
    "file/z",
    "."
  };

  @TempDir Path temporary;

  /** One operation on a directory. */
  private interface Operation {
    void on(Path root) throws IOException;
  }

  @Test
  void haveTheEffectsTheyHaveOnDisk() throws IOException {
    long seed = Long.getLong("imbrex.seed", 1L);
    int cases = Integer.getInteger("imbrex.cases", 40);
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image = ImageLayerTest.image(store);
      for (int i = 0; i < cases; i++) {
        Path directory = Files.createDirectory(temporary.resolve("case" + i));
        Files.setAttribute(directory, "unix:mode", 0755);
        FileSystemContract.populate(directory);
        run(image, directory, seed + i);
      }
    }
  }

  /** What was once not alike: a directory copied over a file in it, with its attributes. */
  @Test
  void haveTheEffectsThatDifferedBefore() throws IOException {
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Path directory = Files.createDirectory(temporary.resolve("case"));
      Files.setAttribute(directory, "unix:mode", 0755);
      FileSystemContract.populate(directory);
      run(ImageLayerTest.image(store), directory, 1172971577663883673L);
    }
  }

  private static void run(Image image, Path disk, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> log = new ArrayList<>();
    ContainerOptions options = ContainerOptions.defaults().withMemoryLimit(random.nextInt(300_000));
    try (ContainerLayer container = ContainerLayer.on(image, options)) {
      Path ours = container.path("/root");
      // Moved to another place, it would lead out of the directory.
      Files.delete(disk.resolve("dir/sub/up"));
      Files.delete(ours.resolve("dir/sub/up"));
      for (int step = 0; step < STEPS; step++) {
        Operation operation = operation(random, log);
        String expected = outcome(operation, disk);
        String description = "seed " + seed + ": " + log;
        assertThat(outcome(operation, ours)).describedAs(description).isEqualTo(expected);
      }
      String description = "-Dimbrex.seed=" + seed + ": " + log;
      List<String> lines = listing(disk);
      assertThat(listing(ours)).describedAs(description).containsExactlyElementsOf(lines);
      commits(container, image, lines, description);
    }
  }

  private static void commits(
      ContainerLayer container, Image image, List<String> lines, String description)
      throws IOException {
    FileTree tree = container.tree();
    assertThat(
            image
                .files()
                .apply(
                    container.entries(ContainerLayer.defaultDiff().withRootTime(true)),
                    Findings.strict()))
        .describedAs(description)
        .isEqualTo(tree);
    Image next =
        container
            .commit()
            .layerOptions(LayerOptions.defaults().withTimes(TimePolicy.nanos()))
            .build();
    try (FileSystem reopened = ImageFileSystem.open(next)) {
      assertThat(listing(reopened.getPath("/root")))
          .describedAs(description)
          .containsExactlyElementsOf(lines);
    }
  }

  private static String outcome(Operation operation, Path root) {
    try {
      operation.on(root);
      return "done";
    } catch (IOException | UnsupportedOperationException e) {
      // Later releases of Java say of a path through a file on a disk that it is missing.
      boolean isEither = e instanceof NoSuchFileException && Runtime.version().feature() > 17;
      return (isEither ? FileSystemException.class : e.getClass()).getName();
    }
  }

  /** With whether each file has been changed since its old time was set. */
  private static List<String> listing(Path root) throws IOException {
    List<String> lines = new ArrayList<>(FileSystemContract.listing(root));
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted().toList()) {
        FileTime time = Files.getLastModifiedTime(path, NOFOLLOW_LINKS);
        lines.add(root.relativize(path) + " " + (time.compareTo(NOW_OR_LATER) > 0 ? "new" : time));
      }
    }
    return lines;
  }

  private static Operation operation(Random random, List<String> log) {
    String name = NAMES[random.nextInt(NAMES.length - 1)];
    String other = NAMES[random.nextInt(NAMES.length)];
    byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(200_000) : random.nextInt(9)];
    random.nextBytes(bytes);
    int number = random.nextInt(150_000);
    int kind = random.nextInt(16);
    log.add(kind + " " + name + " " + other + " " + number + " " + bytes.length);
    return switch (kind) {
      case 0 -> root -> Files.write(root.resolve(name), bytes);
      case 1 ->
          root ->
              Files.write(
                  root.resolve(name), bytes, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
      case 2 ->
          root -> {
            try (SeekableByteChannel channel =
                Files.newByteChannel(root.resolve(name), StandardOpenOption.WRITE)) {
              channel.position(number).write(java.nio.ByteBuffer.wrap(bytes));
            }
          };
      case 3 ->
          root -> {
            try (SeekableByteChannel channel =
                Files.newByteChannel(root.resolve(name), StandardOpenOption.WRITE)) {
              channel.truncate(number);
            }
          };
      case 4, 5 -> root -> Files.delete(root.resolve(name));
      case 6 -> root -> Files.createDirectory(root.resolve(name));
      case 7 -> root -> Files.createLink(root.resolve(name), root.resolve(other));
      case 8 ->
          root -> Files.createSymbolicLink(root.resolve(name), root.getFileSystem().getPath(other));
      case 9, 10 -> {
        // Moved into itself or out of a link, the default file system deletes the target and fails.
        boolean nested = other.startsWith(name) || name.startsWith(other);
        CopyOption[] options = moves(nested ? 0 : number);
        yield root -> Files.move(root.resolve(name), root.resolve(other), options);
      }
      case 11 ->
          root -> {
            if (Files.isSymbolicLink(root.resolve(other))) {
              // The default file system deletes the link first, and may not find the source then.
              return;
            }
            Files.copy(root.resolve(name), root.resolve(other), copies(number));
            if (Files.isSymbolicLink(root.resolve(other))) {
              // The default file system copies all attributes of links but this one.
              setOld(root.resolve(other));
            }
          };
      case 12 -> root -> Files.setAttribute(root.resolve(name), "unix:mode", 0700 | (number & 077));
      case 13 -> root -> setOld(root.resolve(name));
      case 14 -> root -> removeAll(root.resolve(name));
      default -> root -> Files.createDirectories(root.resolve(name));
    };
  }

  private static void setOld(Path path) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .setTimes(FileSystemContract.OLD, null, null);
  }

  private static void removeAll(Path path) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      List<Path> children;
      try (Stream<Path> list = Files.list(path)) {
        children = list.toList();
      }
      for (Path child : children) {
        removeAll(child);
      }
    }
    Files.delete(path);
  }

  private static CopyOption[] moves(int number) {
    return switch (number % 3) {
      case 0 -> new CopyOption[] {StandardCopyOption.ATOMIC_MOVE};
      case 1 -> new CopyOption[] {StandardCopyOption.REPLACE_EXISTING};
      default -> new CopyOption[] {};
    };
  }

  private static CopyOption[] copies(int number) {
    return switch (number % 4) {
      case 0 -> new CopyOption[] {StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS};
      case 1 ->
          new CopyOption[] {
            StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING
          };
      case 2 -> new CopyOption[] {StandardCopyOption.REPLACE_EXISTING};
      default -> new CopyOption[] {};
    };
  }
}
