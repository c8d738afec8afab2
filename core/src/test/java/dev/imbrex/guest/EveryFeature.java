package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.RunRequest;
import dev.imbrex.build.RunResult;
import dev.imbrex.container.ContainerLayer;
import dev.imbrex.container.ImageFileSystem;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.engine.DockerEngine;
import dev.imbrex.engine.EngineOptions;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageDiff;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;

/**
 * Uses everything there is once, by the exported API alone: the guest in other people's processes,
 * frameworks and run-time images. It needs nothing but a directory.
 */
public final class EveryFeature {
  /** A tar of a file {@code packed.txt}, compressed with bzip2 1.0.8. */
  private static final String PACKED =
      "QlpoOTFBWSZTWUcN8owAAHN7gMmQAAhAAVWAAQBuCF5ABAggAFQ0oxME0yYNRtBJU8kMJoAAfdzk6EEbUIRTCJjSVyBF"
          + "gbNPpneCS0ghmv9WqamLBilxkGDCZZpE0kZERAbF3JFOFCQRw3yjAA==";

  private final Path directory;
  private final ImageStore store;
  private final LayerOptions layers;

  private EveryFeature(Path directory, ImageStore store, LayerOptions layers) {
    this.directory = directory;
    this.store = store;
    this.layers = layers;
  }

  /** Prints the digest, of the directory of the first argument; a second says to use zstd. */
  @SuppressWarnings("SystemOut") // A program that shows something.
  public static void main(String[] args) throws Exception {
    System.out.println(run(args[0], args.length > 1));
  }

  /**
   * Does it all.
   *
   * @param directory made for it, and removed by whoever called
   * @param zstd whether zstd-jni is there
   * @return the digest of the image that went through all hands
   */
  public static String run(String directory, boolean zstd) throws IOException {
    Path place = Files.createDirectories(Path.of(directory));
    Compression compression = zstd ? Compression.ZSTD : Compression.GZIP;
    LayerOptions layers = LayerOptions.defaults().withCompression(compression);
    try (ImageStore memory = ImageStore.on(new MemoryStorage());
        ImageStore disk = ImageStore.on(LayoutStorage.openOrCreate(place.resolve("layout")))) {
      EveryFeature feature = new EveryFeature(place, memory, layers);
      Image image = feature.containers(feature.dockerfile(feature.base()));
      memory.tag("app:1.0", image);
      disk.tag("app:1.0", disk.add(image));
      disk.require("app:1.0").verify();
      feature.trees(image);
      feature.archives(disk);
      registry(disk);
      feature.engine();
      disk.history(image);
      disk.footprint();
      return image.digest().toString();
    }
  }

  private Image base() throws IOException {
    Path source = Files.createDirectories(directory.resolve("source"));
    Files.writeString(source.resolve("Main.java"), "class Main {}\n");
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layerOptions(layers)
        .layer(layer -> layer.file("/etc/motd", "Welcome\n").symlink("/motd", "etc/motd"))
        .layer("sources", layer -> layer.copy(source.resolve("Main.java"), "/src/Main.java"))
        .label("purpose", "guest")
        .build();
  }

  private Image dockerfile(Image base) throws IOException {
    Path context = Files.createDirectories(directory.resolve("context"));
    Files.write(context.resolve("packed.tar.bz2"), Base64.getDecoder().decode(PACKED));
    String text = "FROM base\nADD packed.tar.bz2 /opt/\nENV A=b\nRUN make\nCMD [\"/bin/app\"]\n";
    Image built =
        DockerfileBuild.in(store)
            .image("base", base)
            .dockerfile(Dockerfile.parse(text))
            .context(BuildContext.directory(context))
            .layerOptions(layers)
            .run(EveryFeature::make)
            .build();
    expect("packed\n", new String(built.files().read(TreePath.of("/opt/packed.txt"), 99), UTF_8));
    return built;
  }

  private static RunResult make(RunRequest request) throws IOException {
    TreeEditor files = request.files().edit();
    files.put(TreePath.of("/made"), new Node.Directory(Metadata.forDirectory()));
    return RunResult.changed(request.files(), files.toTree());
  }

  private Image containers(Image image) throws IOException {
    Image next;
    try (ContainerLayer container = ContainerLayer.on(image)) {
      Files.writeString(container.path("/etc/motd"), "Hello\n");
      Files.createLink(container.path("/etc/issue"), container.path("/etc/motd"));
      Files.setLastModifiedTime(container.path("/etc/motd"), FileTime.fromMillis(0));
      Files.setLastModifiedTime(container.path("/etc"), FileTime.fromMillis(0));
      next = container.commit().created(Instant.EPOCH).build();
    }
    try (FileSystem files = ImageFileSystem.open(next)) {
      expect("Hello\n", Files.readString(files.getPath("/etc/issue")));
    }
    return next;
  }

  private void trees(Image image) throws IOException {
    Path root = directory.resolve("root");
    image.extractTo(root, ExtractOptions.untrusted());
    FileTree before = DirectoryScanner.scan(root);
    Files.writeString(root.resolve("etc/hostname"), "guest\n");
    Files.delete(root.resolve("motd"));
    FileTree after = DirectoryScanner.scan(root);
    FileTree again = before.apply(TreeDiff.between(before, after), Findings.strict());
    expect(after.toString(), again.toString());
    expect("true", String.valueOf(TreeDiff.changes(again, after).isEmpty()));
    expect("true", String.valueOf(ImageDiff.between(image, image).pathChanges().isEmpty()));
  }

  private void archives(ImageStore from) throws IOException {
    Path docker = directory.resolve("docker.tar");
    Path oci = directory.resolve("oci.tar");
    DockerArchive.save(docker, from, "app:1.0");
    OciArchive.save(oci, from, "app:1.0");
    try (ImageStore saved = ImageStore.on(DockerArchive.open(docker));
        ImageStore other = ImageStore.on(OciArchive.open(oci))) {
      saved.require("app:1.0").verify();
      other.require("app:1.0").verify();
    }
  }

  private static void registry(ImageStore from) throws IOException {
    RegistryOptions options =
        RegistryOptions.defaults().withAnyHost(HostOptions.DEFAULT.withInsecure(true));
    try (ImageStore kept = ImageStore.on(new MemoryStorage());
        RegistryServer server = RegistryServer.start(kept.storage());
        RegistryClient client = RegistryClient.create(options);
        ImageStore remote = ImageStore.on(client.repository(server.authority() + "/team/app"))) {
      Image image = from.require("app:1.0");
      remote.tag(server.authority() + "/team/app:1.0", remote.add(image));
      expect(image.digest().toString(), remote.require("1.0").digest().toString());
      remote.require("1.0").verify();
    }
  }

  /** Asks an engine that knows one answer. */
  private void engine() throws IOException {
    Path socket = directory.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread thread = new Thread(() -> answer(server), "engine");
      thread.start();
      DockerEngine engine =
          DockerEngine.at(
              URI.create("unix://" + socket), EngineOptions.defaults().withApiVersion("1.40"));
      expect("[]", engine.images().toString());
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    Files.delete(socket);
  }

  private static void answer(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      client.read(ByteBuffer.allocate(4096));
      client.write(
          ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]".getBytes(ISO_8859_1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expect(String expected, String found) {
    if (!expected.equals(found)) {
      throw new IllegalStateException("expected " + expected + " and found " + found);
    }
  }
}
