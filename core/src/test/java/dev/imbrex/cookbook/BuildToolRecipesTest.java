package dev.imbrex.cookbook;

import static dev.imbrex.testing.Fixtures.cmd;
import static dev.imbrex.testing.Fixtures.deleted;
import static dev.imbrex.testing.Fixtures.directory;
import static dev.imbrex.testing.Fixtures.env;
import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.index;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.CopyOptions;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.build.ImageRebase;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.build.RebaseHazard;
import dev.imbrex.build.RunExecutor;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.DockerfileWarning;
import dev.imbrex.engine.DockerEngine;
import dev.imbrex.engine.LoadReport;
import dev.imbrex.engine.ScriptedEngine;
import dev.imbrex.image.CollectionReport;
import dev.imbrex.image.DeletionReport;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.image.TransferReport;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryException;
import dev.imbrex.registry.RegistryMirror;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.registry.server.RegistryAccess;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.SaveOptions;
import dev.imbrex.store.StoredImages;
import dev.imbrex.testing.ImbrexExtension;
import dev.imbrex.testing.ScriptedRunExecutor;
import dev.imbrex.testing.TestRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the cookbook for build tools. */
class BuildToolRecipesTest {
  @RegisterExtension final ImbrexExtension imbrex = new ImbrexExtension();
  final ImageStore store = imbrex.storeOnDisk();
  final TestRegistry server = imbrex.registry();
  @TempDir Path temporary;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);
  private RegistryClient client;
  private Image base;
  private Path classes;

  @BeforeEach
  void prepare() throws IOException {
    client = client(RegistryOptions.defaults());
    base =
        image(layer("root", directory("/etc"), file("/etc/motd", "hi")), env("PATH", "/bin"))
            .in(store, "base:1");
    classes = Files.createDirectories(temporary.resolve("classes"));
    Files.writeString(classes.resolve("Main.class"), "main");
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** A client for which the registry of the test is the one that the recipes name. */
  private RegistryClient client(RegistryOptions options) {
    return RegistryClient.create(options.withEndpoints(endpoints()));
  }

  private RegistryEndpoints endpoints() {
    return RegistryEndpoints.defaults()
        .with("registry.example.com", server.authority())
        .with("backup.example.com", server.authority());
  }

  private String printed() {
    return printed.toString(UTF_8);
  }

  @Test
  void putsADirectoryOnABase() throws IOException {
    // Recipe: Put a directory on a base and push it
    Image app =
        ImageBuilder.from(base)
            .layer("classes", layer -> layer.copy(classes, "/app/classes"))
            .entrypoint("java", "-cp", "/app/classes", "Main")
            .build();
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      registry.tag("1.0", registry.add(app));
    }
    // End.
    assertThat(server.store().require("team/app:1.0"))
        .isEqualTo(app)
        .hasFile("/app/classes/Main.class")
        .withContent("main");
  }

  @Test
  void buildsFromScratch() throws IOException {
    Path program = Files.writeString(temporary.resolve("hello"), "ELF");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    // Recipe: Build an image from scratch
    Image hello =
        ImageBuilder.scratch(store, Platform.parse("linux/arm64"))
            .layer("program", layer -> layer.copy(program, "/hello"))
            .entrypoint("/hello")
            .build();
    store.tag("hello:1.0", hello);
    // End.
    assertThat(store.require("hello:1.0")).hasFile("/hello").withContent("ELF").withMode(0755);
    assertThat(hello).config().hasEntrypoint("/hello").hasPlatform("linux/arm64");
  }

  @Test
  void setsAttributes() throws IOException {
    // Recipe: Say modes, owners and times of files
    Instant noon = Instant.parse("2024-05-01T12:00:00Z");
    Content script = Content.text("#!/bin/sh\nexec java -cp /app Main\n");
    Image app =
        ImageBuilder.from(base)
            .layer(
                layer ->
                    layer
                        .file("/bin/app", script, Metadata.ofMode(0755).withMtime(noon))
                        .directory("/data", Metadata.ofMode(0750).withOwner(1000, 1000))
                        .attributes("/etc/motd", found -> found.withMode(0600)))
            .build();
    // End.
    assertThat(app).hasFile("/bin/app").withMode(0755).withMtime(noon).withOwner(0, 0);
    assertThat(app).hasDirectory("/data").withMode(0750).withOwner(1000, 1000);
    assertThat(app).hasFile("/etc/motd").withMode(0600).withContent("hi");
  }

  @Test
  void layersByHowOftenTheyChange() throws IOException {
    Path libraries = Files.createDirectories(temporary.resolve("lib"));
    Files.writeString(libraries.resolve("guava-33.jar"), "guava");
    Files.writeString(libraries.resolve("ours-1.0-SNAPSHOT.jar"), "ours");
    // Recipe: Give dependencies, snapshots and classes layers of their own
    // A filter is asked for directories as well: for the one that is copied first of all.
    Predicate<Path> snapshot = file -> file.toString().endsWith("-SNAPSHOT.jar");
    CopyOptions released = CopyOptions.DEFAULT.withFilter(snapshot.negate());
    CopyOptions snapshots =
        CopyOptions.DEFAULT.withFilter(file -> Files.isDirectory(file) || snapshot.test(file));
    Image app =
        ImageBuilder.from(base)
            .layer("dependencies", layer -> layer.copy(libraries, "/app/lib", released))
            .layer("snapshots", layer -> layer.copy(libraries, "/app/lib", snapshots))
            .layer("classes", layer -> layer.copy(classes, "/app/classes"))
            .build();
    // End.
    assertThat(app).hasLayers(4);
    assertThat(app).layer(1).files().hasFile("/app/lib/guava-33.jar");
    assertThat(app).layer(1).files().hasNothingAt("/app/lib/ours-1.0-SNAPSHOT.jar");
    assertThat(app).layer(2).files().hasFile("/app/lib/ours-1.0-SNAPSHOT.jar");
    assertThat(app).layer(2).files().hasNothingAt("/app/lib/guava-33.jar");
  }

  private Image reproducible(Path classes, Instant time) throws IOException {
    // Recipe: Get the same digest on every machine
    // What two checkouts of the same files may differ in are times, and modes by a umask.
    CopyOptions options =
        CopyOptions.DEFAULT.withChange(
            (file, kind, found) -> found.withMode(kind == Node.Kind.DIRECTORY ? 0755 : 0644));
    Image app =
        ImageBuilder.from(base)
            .created(time)
            .layerOptions(written -> written.withTimes(TimePolicy.seconds().fixedAt(time)))
            .layer("classes", layer -> layer.copy(classes, "/app/classes", options))
            .build();
    // End.
    return app;
  }

  @Test
  void isReproducible() throws IOException {
    Instant time = Instant.ofEpochSecond(1_700_000_000);
    Path checkout = Files.createDirectories(temporary.resolve("checkout"));
    Path other = Files.writeString(checkout.resolve("Main.class"), "main");
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(checkout, PosixFilePermissions.fromString("rwx------"));
    Files.setLastModifiedTime(other, FileTime.fromMillis(1));
    Image here = reproducible(classes, time);
    assertThat(reproducible(checkout, time)).isEqualTo(here);
    assertThat(here).hasFile("/app/classes/Main.class").withMode(0644).withMtime(time);
    assertThat(here.config().created()).contains(time);
  }

  private Image buildIfChanged(String described) throws IOException {
    // Recipe: Build only if something has changed
    // Over all that has a say but the base: options, and the names and contents of files.
    Digest inputs = Digest.sha256(described.getBytes(UTF_8));
    Optional<Image> known = store.findBuilt(Optional.of(base), inputs);
    if (known.isPresent()) {
      return known.get();
    }
    Image app = ImageBuilder.from(base).layer(layer -> layer.copy(classes, "/app")).build();
    store.record(app, Optional.of(base), inputs);
    return app;
    // End.
  }

  @Test
  void findsWhatWasBuilt() throws IOException {
    Image first = buildIfChanged("Main.class 1");
    // Nobody has looked at the files, or this would be another image.
    Files.writeString(classes.resolve("Main.class"), "changed");
    assertThat(buildIfChanged("Main.class 1")).isEqualTo(first);
    assertThat(buildIfChanged("Main.class 2")).isNotEqualTo(first);
  }

  @Test
  void buildsForSeveralPlatforms() throws IOException {
    index(
            image(layer(file("/runtime", "x86"))),
            image(layer(file("/runtime", "arm"))).platform("linux/arm64"))
        .in(store, "runtime:21");
    // Recipe: Build for several platforms
    ImageIndexBuilder index = ImageIndexBuilder.in(store);
    for (Image runtime : store.requireIndex("runtime:21").images()) {
      index.add(
          ImageBuilder.from(runtime)
              .layer("classes", layer -> layer.copy(classes, "/app"))
              .build());
    }
    store.tag("app:1.0", index.build());
    // End.
    ImageIndex app = store.requireIndex("app:1.0");
    assertThat(app.platforms())
        .containsExactly(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));
    assertThat(app.require(PlatformMatcher.only(Platform.parse("linux/arm64"))))
        .hasFile("/runtime")
        .withContent("arm");
  }

  @Test
  void presentsCredentials() throws IOException {
    String user = "ada";
    String password = "secret";
    Path config =
        Files.writeString(
            temporary.resolve("config.json"),
            "{\"auths\":{\"registry.example.com\":{\"auth\":\"YWRhOnNlY3JldA==\"}}}");
    RegistryServerOptions access =
        RegistryServerOptions.defaults().withAccess(RegistryAccess.basic(Map.of("ada", "secret")));
    // Recipe: Push with Docker's credentials, or with your own
    // What `docker login` and `podman login` have left, helpers included.
    Credentials docker = Credentials.fromEnvironment();
    Credentials ours = Credentials.of("registry.example.com", new Credential.Basic(user, password));
    RegistryOptions options = RegistryOptions.defaults().withCredentials(ours.or(docker));
    // End.
    try (RegistryServer locked = RegistryServer.start(new MemoryStorage(), access)) {
      RegistryEndpoints endpoints =
          RegistryEndpoints.none().with("registry.example.com", locked.authority());
      try (RegistryClient refused =
          RegistryClient.create(RegistryOptions.defaults().withEndpoints(endpoints))) {
        assertThatThrownBy(() -> refused.ping("registry.example.com"))
            .isInstanceOf(RegistryException.class);
      }
      for (RegistryOptions each :
          List.of(
              options, RegistryOptions.defaults().withCredentials(Credentials.inFile(config)))) {
        try (RegistryClient known = RegistryClient.create(each.withEndpoints(endpoints))) {
          known.ping("registry.example.com");
        }
      }
    }
  }

  @Test
  void readsFromAMirror() throws IOException {
    server.store().tag("hub/library/alpine:3", server.store().add(base));
    String mirror = server.authority();
    // Recipe: Use a mirror, and a registry without TLS
    // The mirror is a "host:port". A registry on this machine may do without TLS anyway.
    RegistryOptions options =
        RegistryOptions.defaults()
            .withMirror(RegistryMirror.of("docker.io", mirror + "/hub"))
            .withHost(mirror, HostOptions.DEFAULT.withInsecure(true));
    // End.
    server.faults().record();
    try (RegistryClient mirrored = client(options);
        ImageStore alpine = ImageStore.on(mirrored.repository("alpine"))) {
      assertThat(alpine.require("3")).isEqualTo(base);
    }
    assertThat(server.faults().requests()).isNotEmpty();
  }

  @Test
  void retagsAtTheRegistry() throws IOException {
    server.store().tag("team/app:1.0", server.store().add(base));
    // Recipe: Give an image at a registry another tag
    // Nothing is transferred but the manifest; for an index it is the same.
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      registry.tag(TagUpdate.set("stable", registry.requireDescriptor("1.0")));
    }
    // End.
    assertThat(server.store().require("team/app:stable")).isEqualTo(base);
  }

  @Test
  void copiesBetweenRegistries() throws IOException {
    ImageIndex index =
        index(
                image(layer(file("/a", "x86"))),
                image(layer(file("/a", "arm"))).platform("linux/arm64"))
            .in(server.store(), "team/app:1.0");
    // Recipe: Copy from one registry to another, whatever a tag stands for
    TransferReport report =
        Transfer.between(
                client.repository("registry.example.com/team/app"),
                client.repository("backup.example.com/archive/app"))
            .copy("1.0", TransferOptions.defaults().withParallelism(8));
    // End.
    assertThat(server.store().requireIndex("archive/app:1.0")).isEqualTo(index);
    assertThat(report.root().digest()).isEqualTo(index.digest());
  }

  @Test
  void pullsAnIndex() throws IOException {
    ImageIndex index =
        index(
                image(layer(file("/a", "x86"))),
                image(layer(file("/a", "arm"))).platform("linux/arm64"))
            .in(server.store(), "team/app:1.0");
    // Recipe: Pull an index, all of it or for some platforms
    PlatformMatcher arm = PlatformMatcher.only(Platform.parse("linux/arm64"));
    try (ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      ImageIndex remote = registry.requireIndex("1.0");
      store.tag("all:1.0", store.add(remote));
      store.tag("arm:1.0", store.add(remote, TransferOptions.defaults().withPlatforms(arm)));
      store.tag("one:1.0", store.add(registry.require("1.0", arm)));
    }
    // End.
    assertThat(store.requireIndex("all:1.0")).isEqualTo(index);
    assertThat(store.requireIndex("arm:1.0").images()).containsExactly(store.require("one:1.0"));
    assertThat(store.require("one:1.0")).hasFile("/a").withContent("arm");
  }

  @Test
  void savesADockerArchive() throws IOException {
    store.tag("app:1.0", base);
    Path file = temporary.resolve("app.tar");
    // Recipe: Write an archive for docker load
    // The archive is an OCI layout in a tar as well.
    DockerArchive.save(file, store, "app:1.0");
    // End.
    try (ImageStore saved = ImageStore.on(DockerArchive.open(file))) {
      assertThat(saved.require("app:1.0")).isEqualTo(base);
    }
  }

  @Test
  void savesUnderOtherNames() throws IOException {
    Image app = base;
    Path file = temporary.resolve("app.tar");
    // Recipe: Write an archive of images without a name here, in Docker's plain form
    DockerArchive.save(
        file,
        ArchiveContents.none().with(app, "app:1.0", "app:latest"),
        SaveOptions.defaults().withForm(SaveOptions.Form.PLAIN));
    // End.
    try (ImageStore saved = ImageStore.on(DockerArchive.open(file))) {
      assertThat(saved.require("app:latest").id()).isEqualTo(app.id());
    }
  }

  @Test
  void takesABaseFromAnArchive() throws IOException {
    Path file = temporary.resolve("saved.tar");
    DockerArchive.save(file, server.store(), names(server.store(), "team/base:1"));
    // Recipe: Take a base from an archive or a layout
    // Docker's archives and OCI's, plain or compressed, and layouts: it finds out which.
    try (ImageStore archive = ImageStore.on(StoredImages.open(file))) {
      Image saved = store.add(archive.requireOnly());
      store.tag("debian:bookworm", saved);
    }
    // End.
    assertThat(store.require("debian:bookworm")).hasFile("/a").withContent("a");
  }

  private static String names(ImageStore store, String name) throws IOException {
    image(layer(file("/a", "a"))).in(store, name);
    return name;
  }

  @Test
  void loadsIntoAnEngine() throws IOException {
    store.tag("app:1.0", base);
    String line = "{\"stream\":\"Loaded image: app:1.0\\n\"}\r\n";
    try (ScriptedEngine scripted =
        ScriptedEngine.answering(
            "HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Length: "
                + line.length()
                + "\r\n\r\n"
                + line)) {
      URI address = scripted.address();
      // Recipe: Load into a Docker engine
      // DockerEngine.fromEnvironment() is the one that docker would take.
      DockerEngine engine = DockerEngine.at(address);
      LoadReport report = engine.load(ArchiveContents.of(store, "app:1.0"));
      report.names().forEach(out::println);
      // End.
      assertThat(printed()).isEqualTo("docker.io/library/app:1.0" + System.lineSeparator());
    }
  }

  @Test
  void keepsImagesInALayout() throws IOException {
    Image app = base;
    Path images = temporary.resolve("images");
    // Recipe: Keep images in a directory
    // An OCI layout, which skopeo and others read; several processes may use it at once.
    try (ImageStore kept = ImageStore.on(LayoutStorage.openOrCreate(images))) {
      kept.tag("app:1.0", kept.add(app));
    }
    // End.
    assertThat(images.resolve("oci-layout")).exists();
    try (ImageStore kept = ImageStore.on(LayoutStorage.open(images))) {
      assertThat(kept.require("app:1.0")).isEqualTo(app);
    }
  }

  @Test
  void convertsOnTheWay() throws IOException {
    Image image = base;
    TransferOptions toDocker = TransferOptions.defaults().withFormat(TransferOptions.Format.DOCKER);
    Image docker = server.store().add(image, toDocker);
    // Recipe: Convert Docker's format to OCI's, and gzip to zstd
    TransferOptions options =
        TransferOptions.defaults()
            .withFormat(TransferOptions.Format.OCI)
            .withCompression(CompressionOptions.of(Compression.ZSTD));
    Image converted = store.add(docker, options);
    // End.
    assertThat(docker.manifest().mediaType().toString())
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
    assertThat(converted.manifest().mediaType().toString())
        .isEqualTo("application/vnd.oci.image.manifest.v1+json");
    assertThat(converted.layers().get(0).descriptor().mediaType().toString())
        .isEqualTo("application/vnd.oci.image.layer.v1.tar+zstd");
    assertThat(converted).hasSameFilesAs(image);
  }

  @Test
  void changesTheConfigAlone() throws IOException {
    Image image = base;
    // Recipe: Change labels, environment and entry point without a new layer
    Image changed =
        ImageBuilder.from(image)
            .label("org.opencontainers.image.version", "1.0")
            .env("LANG", "C.UTF-8")
            .entrypoint("/bin/app")
            .cmd("--help")
            .build();
    // End.
    assertThat(changed.layers()).isEqualTo(image.layers());
    assertThat(changed)
        .config()
        .hasLabel("org.opencontainers.image.version", "1.0")
        .hasEnv("LANG", "C.UTF-8")
        .hasEnv("PATH", "/bin")
        .hasEntrypoint("/bin/app")
        .hasCmd("--help");
  }

  @Test
  void replacesAFileOfAnArchive() throws IOException {
    Path file = temporary.resolve("saved.tar");
    store.tag("app:1.0", base);
    DockerArchive.save(file, store, "app:1.0");
    // Recipe: Replace one file in an archive's image and push the result
    // Layers that the registry has already are not sent. The file keeps its mode and owner.
    try (ImageStore archive = ImageStore.on(StoredImages.open(file));
        ImageStore registry = ImageStore.on(client.repository("registry.example.com/team/app"))) {
      Image patched =
          ImageBuilder.from(archive.requireOnly())
              .in(store)
              .keepSteps(false)
              .layer("motd", layer -> layer.content("/etc/motd", "Hello\n"))
              .label("patched", "true")
              .build();
      registry.tag("1.0-patched", registry.add(patched));
    }
    // End.
    Image patched = server.store().require("team/app:1.0-patched");
    assertThat(patched).hasLayers(2).hasFile("/etc/motd").withContent("Hello\n");
    assertThat(patched).config().hasLabel("patched", "true").hasEnv("PATH", "/bin");
    assertThat(patched.layers().get(0)).isEqualTo(base.layers().get(0));
  }

  @Test
  void rebases() throws IOException {
    Image app = ImageBuilder.from(base).layer(layer -> layer.file("/app", "app")).build();
    Image newer = image(layer(directory("/etc"), file("/etc/motd", "mended"))).in(store);
    // Recipe: Move an image to a newer base
    ImageRebase rebase = ImageRebase.of(app, base, newer);
    for (RebaseHazard hazard : rebase.hazards()) {
      out.println(hazard.message()); // What may mean another thing on the new base.
    }
    Image rebased = rebase.build();
    // End.
    assertThat(printed()).isEmpty();
    assertThat(rebased).hasFile("/etc/motd").withContent("mended").hasFile("/app");
    assertThat(rebased.layers().get(1).diffId()).isEqualTo(app.layers().get(1).diffId());
  }

  @Test
  void squashes() throws IOException {
    Image app =
        ImageBuilder.from(base)
            .layer(layer -> layer.file("/big", "big"))
            .layer(layer -> layer.delete("/big").file("/app", "app"))
            .build();
    // Recipe: Squash the layers above the base
    Image squashed = ImageSquash.of(app).layers(base.layers().size(), app.layers().size()).build();
    // End.
    assertThat(squashed).hasLayers(2).hasSameFilesAs(app);
    assertThat(squashed.layers().get(0)).isEqualTo(base.layers().get(0));
    assertThat(squashed).layer(1).hasEntries(deleted("/big"), file("/app", "app"));
  }

  @Test
  void buildsADockerfile() throws IOException {
    Path project = Files.createDirectories(temporary.resolve("project"));
    Files.writeString(project.resolve("Main.java"), "class Main {}");
    Files.writeString(
        project.resolve("Dockerfile"),
        """
        FROM base:1
        ARG VERSION
        COPY Main.java /src/
        RUN javac -d /app /src/Main.java
        LABEL version=$VERSION
        """);
    RunExecutor runner =
        new ScriptedRunExecutor()
            .on(
                "javac -d /app /src/Main.java",
                (request, files) -> {
                  files.put(TreePath.of("/app"), new Node.Directory(Metadata.forDirectory()));
                  return 0;
                });
    // Recipe: Build a Dockerfile
    // A runner does what RUN says: a LocalRunner, or one of yours.
    BuildContext context = BuildContext.directory(project);
    Image app =
        DockerfileBuild.in(store)
            .dockerfile(context.dockerfile("Dockerfile"))
            .context(context, context.ignorePatterns("Dockerfile"))
            .buildArg("VERSION", "1.2")
            .run(runner)
            .output(out)
            .build(Platform.parse("linux/amd64"));
    // End.
    assertThat(app).hasFile("/src/Main.java").withContent("class Main {}").hasDirectory("/app");
    assertThat(app).config().hasLabel("version", "1.2");
  }

  @Test
  void checksADockerfile() throws IOException {
    byte[] text = "FROM base as build\nMAINTAINER Ada\n".getBytes(UTF_8);
    // Recipe: Check a Dockerfile, with positions
    try {
      for (DockerfileWarning warning : Dockerfile.parse("Dockerfile", text).warnings()) {
        out.println(warning.range().line() + ": " + warning.check() + ": " + warning.message());
      }
    } catch (DockerfileException e) {
      out.println(e.range() + ": " + e.problem());
    }
    // End.
    assertThat(printed().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("1: FromAsCasing: "),
            second -> assertThat(second).startsWith("2: MaintainerDeprecated: "));
  }

  @Test
  void deletesAndCollects() throws IOException {
    Image app = image(layer(file("/app", "app")), cmd("/app")).in(store, "app:1.0");
    imbrex.clock().advance(Duration.ofHours(2));
    // Recipe: Delete an image and collect what nothing leads to
    DeletionReport deleted = store.delete("app:1.0");
    CollectionReport report = store.collect(Duration.ofHours(1));
    out.println(deleted.untagged() + " gone, " + report.bytes() + " bytes freed");
    // End.
    assertThat(deleted.deleted()).contains(app.digest());
    assertThat(report.bytes()).isPositive();
    assertThat(store.find("app:1.0")).isEmpty();
    assertThat(store.storage().exists(app.layers().get(0).descriptor())).isFalse();
    assertThat(store.require("base:1")).hasFile("/etc/motd").withContent("hi");
  }
}
