package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.container.ContainerLayer;
import dev.imbrex.container.ContainerOptions;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;

/** What long operations work on: large enough for all of them to be stopped in the middle. */
final class LongInputs implements Closeable {
  static final long MIB = 1L << 20;
  static final long LARGE = 24 * MIB;
  static final int MANY = 8_000;

  final Path directory;

  /** Has one large file. */
  final FileTree largeTree = tree(1);

  /** Has many files in a hundred directories. */
  final FileTree manyTree = manyFiles(MANY);

  /** Two layers, one large file and many files, in memory and uncompressed. */
  final ImageStore memory = ImageStore.on(new MemoryStorage());

  final Image image;

  /** The same, with gzip, in a layout. */
  final ImageStore layout;

  final Image zipped;

  final Path dockerArchive;
  final Path ociArchive;

  /** The files of both layers. */
  final Path files;

  /** Has the image as {@code team/app:1}. */
  final RegistryServer registry;

  /** On the image, with the large file written anew, and another one. */
  final ContainerLayer container;

  LongInputs(Path directory) throws IOException {
    this.directory = directory;
    image =
        ImageBuilder.scratch(memory, Platform.host())
            .layer(layer -> layer.file("/large", Noise.content(1, LARGE)))
            .layer(layer -> manyInto(layer::put))
            .build();
    memory.tag("team/app:1", image);
    layout =
        ImageStore.on(
            LayoutStorage.create(
                directory.resolve("layout"), LayoutOptions.DEFAULT.withSync(false)));
    TransferOptions zipping =
        TransferOptions.defaults().withCompression(CompressionOptions.of(Compression.GZIP));
    zipped = layout.add(image, zipping);
    layout.tag("team/app:1", zipped);
    dockerArchive = directory.resolve("docker.tar");
    DockerArchive.save(dockerArchive, layout, "team/app:1");
    ociArchive = directory.resolve("oci.tar");
    OciArchive.save(ociArchive, layout, "team/app:1");
    files = directory.resolve("files");
    image.extractTo(files, extracting());
    registry = RegistryServer.start(memory.storage());
    Path spool = Files.createDirectory(directory.resolve("spool"));
    container = ContainerLayer.on(image, ContainerOptions.defaults().withDirectory(spool));
    // Of the same bytes as before, and of others.
    for (int i = 1; i <= 2; i++) {
      try (InputStream noise = Noise.content(i, LARGE).open()) {
        Path target = container.path(i == 1 ? "/large" : "/another");
        Files.copy(noise, target, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(target, FileTime.fromMillis(0));
      }
    }
  }

  /** Where a file is put. */
  interface Target {
    void put(TreePath path, Node node) throws IOException;
  }

  private static void manyInto(Target target) throws IOException {
    for (FileTree.Entry entry : (Iterable<FileTree.Entry>) manyFiles(MANY).walk()::iterator) {
      if (!entry.path().isRoot()) {
        target.put(entry.path(), entry.node());
      }
    }
  }

  static FileTree manyFiles(int count) {
    TreeEditor editor = FileTree.empty().edit();
    for (int i = 0; i < 100; i++) {
      editor.put(TreePath.of("d" + i), new Node.Directory(Metadata.forDirectory()));
    }
    for (int i = 0; i < count; i++) {
      editor.put(TreePath.of("d" + i % 100 + "/f" + i), file(Content.text("file " + i)));
    }
    return editor.toTree();
  }

  /** One large file of other bytes for another seed. */
  static FileTree tree(long seed) {
    return FileTree.empty()
        .edit()
        .put(TreePath.of("large"), file(Noise.content(seed, LARGE)))
        .toTree();
  }

  static Node file(Content content) {
    return new Node.RegularFile(Metadata.forFile(), content);
  }

  static ExtractOptions extracting() {
    return ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);
  }

  /** Of registries on the loopback. */
  static RegistryClient client() {
    return RegistryClient.create(
        RegistryOptions.defaults().withAnyHost(HostOptions.DEFAULT.withInsecure(true)));
  }

  static TransferOptions copying(Progress progress) {
    return TransferOptions.defaults().withProgress(progress);
  }

  /** A layout with many blobs that nothing leads to. */
  static void fill(Path place) throws IOException {
    LayoutOptions options = LayoutOptions.DEFAULT.withSync(false);
    try (Storage storage = LayoutStorage.create(place.resolve("layout"), options)) {
      for (int i = 0; i < 1000; i++) {
        byte[] bytes = ("garbage " + i).getBytes(UTF_8);
        storage.put(
            Descriptor.of(MediaType.OCI_LAYER, Digest.sha256(bytes), bytes.length),
            new ByteArrayInputStream(bytes));
      }
    }
  }

  static void collect(Path place) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.open(place.resolve("layout")))) {
      store.collect(Duration.ZERO);
    }
  }

  /** A new layout, synchronised with the disk as usual. */
  static ImageStore newLayout(Path place) throws IOException {
    return ImageStore.on(LayoutStorage.create(place.resolve("layout")));
  }

  @Override
  public void close() throws IOException {
    container.close();
    registry.close();
    layout.close();
    memory.close();
  }
}
