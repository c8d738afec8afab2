package dev.imbrex.cookbook;

import static dev.imbrex.testing.Fixtures.deleted;
import static dev.imbrex.testing.Fixtures.directory;
import static dev.imbrex.testing.Fixtures.env;
import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.container.ContainerLayer;
import dev.imbrex.container.ImageFileSystem;
import dev.imbrex.image.ConfigChange;
import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.ContentViolation;
import dev.imbrex.image.Footprint;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageDiff;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.LayerStatistics;
import dev.imbrex.image.PathChange;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.PathEvent;
import dev.imbrex.layers.tree.Provenance;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.config.HistoryTable;
import dev.imbrex.manifest.config.HumanUnits;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.report.ImageReport;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.testing.ImbrexExtension;
import dev.imbrex.testing.TestRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the cookbook for plugins and other readers. */
class ReaderRecipesTest {
  @RegisterExtension final ImbrexExtension imbrex = new ImbrexExtension();
  final ImageStore store = imbrex.store();
  final TestRegistry server = imbrex.registry();
  @TempDir Path temporary;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);
  private RegistryClient client;
  private Image image;

  @BeforeEach
  void prepare() throws IOException {
    client =
        RegistryClient.create(
            RegistryOptions.defaults()
                .withEndpoints(
                    RegistryEndpoints.none().with("registry.example.com", server.authority())));
    image =
        image(
                layer(
                    "root",
                    directory("/etc"),
                    file("/etc/motd", "hi"),
                    file("/etc/os-release", "ID=test\n")),
                layer("app", directory("/app"), file("/app/a.jar", "0123456789")),
                layer("mended", file("/app/a.jar", "new"), deleted("/etc/motd")),
                env("PATH", "/bin"))
            .in(store, "team/app:1.0");
  }

  @AfterEach
  void close() {
    client.close();
  }

  private List<String> lines() {
    return printed.toString(UTF_8).lines().toList();
  }

  @Test
  void readsOneFile() throws IOException {
    server.store().tag("team/app:1.0", server.store().add(image));
    // Recipe: Read one file of a remote image
    // Layers are read once and remembered as long as the store is open; nothing is written to disk.
    String release;
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      byte[] bytes = registry.require("1.0").files().read(TreePath.of("/etc/os-release"), 4096);
      release = new String(bytes, UTF_8);
    }
    // End.
    assertThat(release).isEqualTo("ID=test\n");
  }

  @Test
  void listsLayersAndHistory() throws IOException {
    ZoneId zone = ZoneOffset.UTC;
    // Recipe: List layers and history
    for (Layer layer : image.layers()) {
      out.println(layer.diffId() + " " + HumanUnits.size(layer.storedSize()));
    }
    List<HistoryRow> rows = store.history(image);
    out.print(HistoryTable.of(rows, Instant.now(), zone).print()); // As docker history prints it.
    // End.
    assertThat(lines()).hasSize(3 + 1 + 4);
    assertThat(lines().get(0)).startsWith("sha256:").endsWith("kB");
    assertThat(lines().get(3)).startsWith("IMAGE").contains("CREATED BY");
    assertThat(lines().get(7)).contains("root").contains("10B");
  }

  @Test
  void listsFiles() throws IOException {
    // Recipe: List the files of an image
    image
        .files()
        .walk(TreePath.of("/app"))
        .filter(entry -> !entry.node().isDirectory())
        .forEach(entry -> out.printf("%o %s%n", entry.node().metadata().mode(), entry.path()));
    // End.
    assertThat(lines()).containsExactly("644 /app/a.jar");
  }

  @Test
  void searchesAllLayers() throws IOException {
    // Recipe: Search for a file in all layers, hidden or not
    for (int i = 0; i < image.layers().size(); i++) {
      for (LayerEntry entry : image.entries(i)) {
        if (entry.path().toString().endsWith(".jar")) {
          out.println("layer " + i + ": " + entry.path());
        }
      }
    }
    // End.
    assertThat(lines()).containsExactly("layer 1: /app/a.jar", "layer 2: /app/a.jar");
  }

  @Test
  void tellsWhoProvidesAFile() throws IOException {
    TreePath path = TreePath.of("/app/a.jar");
    // Recipe: Find out which layer provides a file, and what became of it
    Provenance paths = image.provenance().paths();
    paths.findLayer(path).ifPresent(layer -> out.println("from layer " + layer));
    for (PathEvent event : paths.history(path)) {
      out.println("layer " + event.layer() + ": " + event.kind());
    }
    // End.
    assertThat(lines()).containsExactly("from layer 2", "layer 1: ADDED", "layer 2: MODIFIED");
  }

  @Test
  void findsWaste() throws IOException {
    // Recipe: Find wasted bytes
    for (LayerStatistics layer : image.provenance().layers()) {
      out.println(HumanUnits.size(layer.wasted()) + " of " + HumanUnits.size(layer.payload()));
    }
    Map<TreePath, Long> files = image.provenance().paths().wastedByPath();
    files.forEach((path, bytes) -> out.println(path + " " + HumanUnits.size(bytes)));
    // End.
    assertThat(lines())
        .containsExactly("2B of 10B", "10B of 10B", "0B of 3B", "/app/a.jar 10B", "/etc/motd 2B");
  }

  @Test
  void weighsAStore() throws IOException {
    // Recipe: See what images weigh, shared layers counted once
    Footprint footprint = store.footprint();
    for (Footprint.Line line : footprint.images()) {
      out.println(line.names() + " alone has " + HumanUnits.size(line.stored().unique()));
    }
    out.println(HumanUnits.size(footprint.stored().used()) + " in all");
    // End.
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0)).startsWith("[docker.io/team/app:1.0] alone has ");
    assertThat(lines().get(1)).isEqualTo(HumanUnits.size(image.storedSize()) + " in all");
  }

  @Test
  void comparesImages() throws IOException {
    Image before = image;
    Image after =
        image(layer(directory("/etc"), file("/etc/os-release", "ID=other\n")), env("PATH", "/x"))
            .in(store);
    // Recipe: Compare two images
    ImageDiff diff = ImageDiff.between(before, after);
    for (PathChange change : diff.pathChanges()) {
      out.println(change.change().kind().letter() + " " + change.change().path());
    }
    for (ConfigChange change : diff.configChanges()) {
      out.println(change.name() + ": " + change.before() + " -> " + change.after());
    }
    // End.
    assertThat(lines()).contains("D /app", "C /etc/os-release");
    assertThat(lines())
        .anySatisfy(line -> assertThat(line).contains("PATH").contains("/bin").contains("/x"));
  }

  @Test
  void extractsToADirectory() throws IOException {
    Path rootfs = temporary.resolve("rootfs");
    // Recipe: Extract an image to a directory, and learn what it could not hold
    // Untrusted: nothing is owned by others, and no devices are made; see ExtractOptions.trusted().
    Findings findings = Findings.tolerant();
    ExtractionReport report =
        image.extractTo(
            rootfs, ExtractOptions.untrusted(), ReadOptions.defaults().withFindings(findings));
    for (Finding finding : findings.all()) {
      out.println(finding.path() + ": " + finding.message());
    }
    // End.
    assertThat(report.files()).isEqualTo(2);
    assertThat(rootfs.resolve("app/a.jar")).hasContent("new");
    assertThat(rootfs.resolve("etc/motd")).doesNotExist();
  }

  @Test
  void opensAFileSystem() throws IOException {
    // Recipe: Open an image as a file system of java.nio
    List<String> names;
    try (FileSystem files = ImageFileSystem.open(image);
        Stream<Path> walked = Files.walk(files.getPath("/"))) {
      names = walked.filter(Files::isRegularFile).map(Path::toString).toList();
    }
    // End.
    assertThat(names).containsExactlyInAnyOrder("/etc/os-release", "/app/a.jar");
  }

  @Test
  void commitsAContainerLayer() throws IOException {
    // Recipe: Change files of an image and commit them as a new layer
    Image next;
    try (ContainerLayer container = ContainerLayer.on(image)) {
      Files.writeString(container.path("/etc/motd"), "Hello\n");
      Files.move(container.path("/app/a.jar"), container.path("/app/b.jar"));
      for (Change change : container.changes()) {
        out.println(change.kind().letter() + " " + change.path()); // As docker diff prints it.
      }
      next = container.commit().author("Ada").change("CMD [\"/app/b.jar\"]").build();
    }
    store.tag("team/app:1.1", next);
    // End.
    assertThat(lines()).contains("A /etc/motd", "D /app/a.jar", "A /app/b.jar");
    assertThat(store.require("team/app:1.1")).hasLayers(4).hasFile("/app/b.jar").withContent("new");
    assertThat(next).config().hasCmd("/app/b.jar");
  }

  /** The recipe, with a flag that a button would set. */
  private Image pull(ImageStore registry, AtomicBoolean cancelled, AtomicLong done)
      throws IOException {
    // Recipe: Show progress, and cancel
    // Called by any thread. What is thrown here ends the operation, which leaves nothing half done.
    Progress progress =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long more) {
                done.addAndGet(more);
                if (cancelled.get()) {
                  throw new CancellationException(name);
                }
              }

              @Override
              public void close() {}
            };
    Image pulled =
        store.add(registry.require("1.0"), TransferOptions.defaults().withProgress(progress));
    // End.
    return pulled;
  }

  @Test
  void showsProgressAndCancels() throws IOException {
    Image remote = image(layer(file("/x", "x".repeat(100_000)))).in(server.store(), "team/app:1.0");
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      assertThatThrownBy(() -> pull(registry, new AtomicBoolean(true), new AtomicLong()))
          .isInstanceOf(CancellationException.class);
      assertThat(store.find(remote.digest().toString())).isEmpty();
      AtomicLong done = new AtomicLong();
      assertThat(pull(registry, new AtomicBoolean(), done)).isEqualTo(remote);
      assertThat(done.get()).isGreaterThanOrEqualTo(remote.storedSize());
    }
  }

  private void verify(ImageStore store) throws IOException {
    // Recipe: Verify everything in a store
    // Of a layout on disk, of an archive, of a repository: anything that is a storage.
    for (ContentViolation violation : ContentValidation.of(store.storage())) {
      out.println(violation.kind() + ": " + violation.problem());
    }
    // End.
  }

  @Test
  void verifiesAStore(@TempDir Path directory) throws IOException {
    server.store().tag("team/app:1.0", server.store().add(image));
    verify(store);
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      verify(registry);
    }
    assertThat(lines()).isEmpty();
    Path layout = directory.resolve("images");
    try (ImageStore disk = ImageStore.on(LayoutStorage.create(layout))) {
      disk.tag("app:1.0", disk.add(image));
      String layer = image.layers().get(1).descriptor().digest().encoded();
      Path blob = layout.resolve("blobs/sha256").resolve(layer);
      byte[] bytes = Files.readAllBytes(blob);
      bytes[0] ^= 1;
      Files.setPosixFilePermissions(blob, PosixFilePermissions.fromString("rw-------"));
      Files.write(blob, bytes);
      verify(disk);
    }
    assertThat(lines()).singleElement().asString().startsWith("DIGEST: ");
  }

  @Test
  void writesAReport() throws IOException {
    Path page = temporary.resolve("image.html");
    // Recipe: Write an HTML report of an image
    ImageReport.of(image).writeTo(page);
    // End.
    assertThat(page).content().startsWith("<!").contains("/app/a.jar");
  }
}
