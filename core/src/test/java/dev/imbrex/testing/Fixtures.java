package dev.imbrex.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ConfigFixture.Instruction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Words for images that read like the image they make, to be imported statically. All of them make
 * immutable values; {@code in(store)} makes the image.
 *
 * <pre>{@code
 * ImageFixture base = image(
 *     layer(directory("/etc"), file("/etc/motd", "hi"), symlink("/motd", "etc/motd")),
 *     env("PATH", "/bin"));
 * Image app = image(layer("app", file("/app", "x").mode(0755), deleted("/etc/motd")), cmd("/app"))
 *     .on(base)
 *     .in(store);
 * index(base, base.platform("linux/arm64/v8")).in(store, "base:1");
 * }</pre>
 *
 * <p>Paths are absolute. A layer holds exactly what is said, in that order, so that layers nobody
 * should write can be written, too; an {@link dev.imbrex.build.ImageBuilder} writes good ones.
 */
public final class Fixtures {
  private Fixtures() {}

  // ---- Images

  /** An image on scratch, for {@code linux/amd64}. */
  public static ImageFixture image(ImagePart... parts) {
    return new ImageFixture(Optional.empty(), Platform.of("linux", "amd64"), List.of(parts));
  }

  /** An index of these images, each for its platform. */
  public static IndexFixture index(ImageFixture... images) {
    return new IndexFixture(List.of(images));
  }

  /** A layer of these entries, in this order. */
  public static LayerFixture layer(EntryFixture... entries) {
    return layer("layer", entries);
  }

  /** A layer, and what the history says of it. */
  public static LayerFixture layer(String createdBy, EntryFixture... entries) {
    return new LayerFixture(createdBy, List.of(entries), Compression.NONE);
  }

  /** The files of a layer of these entries, alone. */
  public static FileTree tree(EntryFixture... entries) throws IOException {
    return layer(entries).over(FileTree.empty());
  }

  // ---- What a layer holds

  /** A file of a text in UTF-8, with mode {@code 0644}. */
  public static EntryFixture file(String path, String text) {
    return file(path, text.getBytes(UTF_8));
  }

  /** A file of a text in UTF-8. */
  public static EntryFixture file(String path, String text, int mode) {
    return file(path, text).mode(mode);
  }

  /** A file with mode {@code 0644}. */
  public static EntryFixture file(String path, byte[] bytes) {
    return present(path, new Node.RegularFile(Metadata.forFile(), Content.of(bytes)));
  }

  /** A directory with mode {@code 0755}. */
  public static EntryFixture directory(String path) {
    return directory(path, 0755);
  }

  /** A directory. */
  public static EntryFixture directory(String path, int mode) {
    return present(path, new Node.Directory(Metadata.ofMode(mode)));
  }

  /** A symbolic link; the target may be any text, and need not exist. */
  public static EntryFixture symlink(String path, String target) {
    return present(path, new Node.Symlink(Metadata.ofMode(0777), ByteString.of(target)));
  }

  /** Another name of the file at a path, which is below or was said before. */
  public static EntryFixture hardLink(String path, String target) {
    return new EntryFixture(
        new LayerEntry.Link(TreePath.of(path), TreePath.of(target), Metadata.forFile()));
  }

  /** A named pipe with mode {@code 0644}. */
  public static EntryFixture fifo(String path) {
    return present(path, new Node.Fifo(Metadata.forFile()));
  }

  /** A character device with mode {@code 0666}. */
  public static EntryFixture device(String path, long major, long minor) {
    return present(
        path, new Node.Device(Metadata.ofMode(0666), Node.Kind.CHARACTER_DEVICE, major, minor));
  }

  /** What is at this path below, and in it, is no more. */
  public static EntryFixture deleted(String path) {
    return new EntryFixture(new LayerEntry.Removal(TreePath.of(path)));
  }

  /** What is in this directory below is no more; the directory stays. */
  public static EntryFixture opaque(String path) {
    return new EntryFixture(new LayerEntry.Opaque(TreePath.of(path)));
  }

  private static EntryFixture present(String path, Node node) {
    return new EntryFixture(new LayerEntry.Present(TreePath.of(path), node));
  }

  // ---- What a config says

  /** A variable of the environment. */
  public static ConfigFixture env(String name, String value) {
    return config(Instruction.ENV, name, value);
  }

  /** A label. */
  public static ConfigFixture label(String name, String value) {
    return config(Instruction.LABEL, name, value);
  }

  /** The command that runs unless told otherwise. */
  public static ConfigFixture cmd(String... words) {
    return config(Instruction.CMD, words);
  }

  /** The command that always runs. */
  public static ConfigFixture entrypoint(String... words) {
    return config(Instruction.ENTRYPOINT, words);
  }

  /** The user that commands run as. */
  public static ConfigFixture user(String user) {
    return config(Instruction.USER, user);
  }

  /** The directory that commands run in. */
  public static ConfigFixture workingDir(String directory) {
    return config(Instruction.WORKDIR, directory);
  }

  /** A port that commands listen on, {@code 80} or {@code 53/udp}. */
  public static ConfigFixture exposedPort(String port) {
    return config(Instruction.EXPOSE, port);
  }

  /** A directory whose content is kept outside of the container. */
  public static ConfigFixture volume(String path) {
    return config(Instruction.VOLUME, path);
  }

  private static ConfigFixture config(Instruction instruction, String... words) {
    return new ConfigFixture(instruction, List.of(words));
  }
}
