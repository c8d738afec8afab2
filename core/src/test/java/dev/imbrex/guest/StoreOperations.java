package dev.imbrex.guest;

import static dev.imbrex.guest.LongOperation.told;
import static dev.imbrex.guest.LongOperation.untold;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.engine.DockerEngine;
import dev.imbrex.engine.EngineOptions;
import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.DeleteOptions;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.credentials.CredentialHelper;
import dev.imbrex.registry.credentials.HelperOptions;
import dev.imbrex.registry.server.Fault;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.ArchiveOptions;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import dev.imbrex.store.SaveOptions;
import dev.imbrex.testing.FaultyStorage;
import dev.imbrex.testing.StorageFault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Long operations on stores, archives, registries and engines. */
final class StoreOperations implements Closeable {
  private final LongInputs inputs;
  private final List<LongOperation> operations = new ArrayList<>();
  private final Deque<Closeable> closing = new ArrayDeque<>();

  StoreOperations(LongInputs inputs) throws IOException {
    this.inputs = inputs;
    copying();
    archives();
    registries();
    stalledRegistries();
    engines();
    managing();
    slowStorages();
    waiting();
  }

  List<LongOperation> list() {
    return operations;
  }

  private void copying() {
    operations.add(
        told(
            "copy, memory to memory",
            (place, progress) ->
                ImageStore.on(new MemoryStorage())
                    .add(inputs.image, LongInputs.copying(progress))));
    for (int threads : new int[] {1, 4}) {
      operations.add(
          told(
              "copy, memory to layout, " + threads + " threads",
              (place, progress) -> {
                try (ImageStore store = LongInputs.newLayout(place)) {
                  store.add(inputs.image, LongInputs.copying(progress).withParallelism(threads));
                }
              }));
      operations.add(
          told(
              "copy and compress, memory to layout, " + threads + " threads",
              (place, progress) -> {
                try (ImageStore store = LongInputs.newLayout(place)) {
                  TransferOptions options =
                      LongInputs.copying(progress)
                          .withParallelism(threads)
                          .withCompression(CompressionOptions.of(Compression.GZIP));
                  store.add(inputs.image, options);
                }
              }));
    }
    operations.add(
        told(
            "copy, layout to memory",
            (place, progress) ->
                ImageStore.on(new MemoryStorage())
                    .add(inputs.zipped, LongInputs.copying(progress))));
    operations.add(
        told(
            "copy, layout to layout",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                store.add(inputs.zipped, LongInputs.copying(progress));
              }
            }));
    operations.add(
        told(
            "copy all of a store",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                store.addAll(inputs.layout.storage(), LongInputs.copying(progress));
              }
            }));
    operations.add(
        told(
            "copy, archive to layout",
            (place, progress) -> {
              try (ImageStore archive = ImageStore.on(DockerArchive.open(inputs.dockerArchive));
                  ImageStore store = LongInputs.newLayout(place)) {
                store.add(archive.requireOnly(), LongInputs.copying(progress));
              }
            }));
  }

  private void archives() {
    operations.add(
        told(
            "save a Docker archive",
            (place, progress) ->
                DockerArchive.save(
                    place.resolve("a.tar"),
                    ArchiveContents.of(inputs.layout, "team/app:1"),
                    SaveOptions.defaults().withProgress(progress))));
    operations.add(
        told(
            "save a Docker archive of the plain form",
            (place, progress) ->
                DockerArchive.save(
                    place.resolve("a.tar"),
                    ArchiveContents.of(inputs.layout, "team/app:1"),
                    SaveOptions.defaults()
                        .withForm(SaveOptions.Form.PLAIN)
                        .withProgress(progress))));
    operations.add(
        told(
            "save an OCI archive",
            (place, progress) ->
                OciArchive.save(
                    place.resolve("a.tar"),
                    ArchiveContents.of(inputs.layout, "team/app:1"),
                    SaveOptions.defaults().withProgress(progress))));
    operations.add(
        told(
            "write an archive to a stream",
            (place, progress) ->
                DockerArchive.write(
                    OutputStream.nullOutputStream(),
                    ArchiveContents.of(inputs.layout, "team/app:1"),
                    SaveOptions.defaults().withProgress(progress))));
    operations.add(
        untold(
            "read an archive from a stream",
            place -> {
              ArchiveOptions options = ArchiveOptions.defaults().withTemporary(place);
              try (InputStream in = Files.newInputStream(inputs.dockerArchive)) {
                DockerArchive.read(in, "archive", options).close();
              }
            }));
  }

  private void registries() {
    operations.add(
        told(
            "push to a registry",
            (place, progress) -> {
              try (RegistryServer server = RegistryServer.start(new MemoryStorage())) {
                push(server.authority(), progress);
              }
            }));
    operations.add(
        told(
            "pull from a registry",
            (place, progress) -> pull(inputs.registry.authority(), place, progress)));
  }

  private void push(String authority, Progress progress) throws IOException {
    try (RegistryClient client = LongInputs.client();
        ImageStore remote = ImageStore.on(client.repository(authority + "/team/app"))) {
      remote.add(inputs.zipped, LongInputs.copying(progress));
    }
  }

  private static void pull(String authority, Path place, Progress progress) throws IOException {
    try (RegistryClient client = LongInputs.client();
        ImageStore remote = ImageStore.on(client.repository(authority + "/team/app"));
        ImageStore store = LongInputs.newLayout(place)) {
      store.add(remote.require("1"), LongInputs.copying(progress));
    }
  }

  private void stalledRegistries() throws IOException {
    RegistryServer stalling = closing(RegistryServer.start(inputs.memory.storage()));
    stalling.faults().add(Fault.stallAfter(1_000_000).on("GET", "/blobs/"));
    operations.add(
        told(
                "pull from a registry that stalls",
                (place, progress) -> pull(stalling.authority(), place, progress))
            .endless());
    Stalled silent = closing(Stalled.start(line -> null));
    operations.add(
        told(
                "push to a registry that does not answer",
                (place, progress) -> push(silent.authority(), progress))
            .endless());
    Stalled deaf =
        closing(
            Stalled.start(
                line ->
                    line.startsWith("PATCH") || line.startsWith("PUT")
                        ? null
                        : line.startsWith("POST")
                            ? head("202 Accepted", "Location: /v2/team/app/blobs/uploads/1")
                            : head(
                                "404 Not Found", "Docker-Distribution-Api-Version: registry/2.0")));
    operations.add(
        told(
                "push to a registry that reads no more",
                (place, progress) -> push(deaf.authority(), progress))
            .endless());
    operations.add(
        untold(
                "look up a name at a registry that does not answer",
                place -> {
                  try (RegistryClient client = LongInputs.client();
                      ImageStore remote =
                          ImageStore.on(client.repository(silent.authority() + "/team/app"))) {
                    remote.require("1");
                  }
                })
            .endless());
    Stalled failing =
        closing(Stalled.start(line -> head("503 Service Unavailable", "Retry-After: 60")));
    operations.add(
        untold(
                "wait to try again at a registry",
                place -> {
                  try (RegistryClient client = LongInputs.client();
                      ImageStore remote =
                          ImageStore.on(client.repository(failing.authority() + "/team/app"))) {
                    remote.require("1");
                  }
                })
            .endless());
  }

  /** An answer without a body. */
  private static String head(String status, String field) {
    return String.join("\r\n", "HTTP/1.1 " + status, field, "Content-Length: 0", "", "");
  }

  private void engines() throws IOException {
    EngineOptions options = EngineOptions.defaults().withApiVersion("1.40");
    Path socket = inputs.directory.resolve("s");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    closing(Stalled.start(server, line -> null));
    DockerEngine engine = DockerEngine.at(URI.create("unix://" + socket), options);
    operations.add(
        told(
                "load into an engine that reads no more",
                (place, progress) ->
                    engine.load(
                        ArchiveContents.of(inputs.layout, "team/app:1"),
                        SaveOptions.defaults().withProgress(progress)))
            .endless());
    operations.add(
        untold(
                "save from an engine that does not answer",
                place ->
                    engine
                        .save(List.of("app"), ArchiveOptions.defaults().withTemporary(place))
                        .close())
            .endless());
    Stalled network = closing(Stalled.start(line -> null));
    DockerEngine distant = DockerEngine.at(URI.create("tcp://" + network.authority()), options);
    operations.add(
        told(
                "load into an engine on the network that reads no more",
                (place, progress) ->
                    distant.load(
                        ArchiveContents.of(inputs.layout, "team/app:1"),
                        SaveOptions.defaults().withProgress(progress)))
            .endless());
  }

  private void managing() throws IOException {
    operations.add(
        told(
            "validate a store",
            (place, progress) -> ContentValidation.of(inputs.layout.storage(), progress)));
    operations.add(untold("collect a store", LongInputs::collect).after(LongInputs::fill));
  }

  /** Storages that take their time for each thing they are asked. */
  private void slowStorages() throws IOException {
    ImageStore images = ImageStore.on(new MemoryStorage());
    images.tag("last", chain(images, "STEP", 60));
    FaultyStorage slow = closing(FaultyStorage.on(images.storage()));
    slow.add(StorageFault.delay(Duration.ofMillis(4)));
    operations.add(
        told("tree of a slow store", (place, progress) -> ImageStore.on(slow).tree(progress)));
    operations.add(
        told(
            "footprint of a slow store",
            (place, progress) -> ImageStore.on(slow).footprint(progress)));
    operations.add(
        untold(
            "collect a slow store, dry run",
            place -> ImageStore.on(slow).collectDryRun(Duration.ZERO)));
    operations.add(
        untold(
                "delete from a slow store",
                place -> ImageStore.on(slow).delete("doomed", new DeleteOptions(true, true)))
            .after(place -> images.tag("doomed", chain(images, "DOOMED", 8))));
    operations.add(
        told(
            "copy a slow store",
            (place, progress) ->
                ImageStore.on(new MemoryStorage()).addAll(slow, LongInputs.copying(progress))));
  }

  /** The last one of images each made from the one before. */
  private static Image chain(ImageStore store, String name, int length) throws IOException {
    Image last = ImageBuilder.scratch(store, Platform.host()).build();
    for (int i = 0; i < length; i++) {
      last = ImageBuilder.from(last).env(name, "" + i).build();
    }
    return last;
  }

  /** Others have what is wanted. */
  private void waiting() throws IOException {
    Path place = inputs.directory.resolve("held");
    ImageStore held = closing(ImageStore.on(LayoutStorage.create(place)));
    Image image = ImageBuilder.scratch(held, Platform.host()).build();
    closing(LockHolder.start(place.resolve(".imbrex").resolve("lock")));
    operations.add(
        untold("tag in a layout that another process holds", any -> held.tag("app:1", image))
            .endless());
    Path helpers = Files.createDirectory(inputs.directory.resolve("helpers"));
    Path helper = helpers.resolve("docker-credential-silent");
    Files.writeString(helper, "#!/bin/sh\nexec sleep 1000\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    HelperOptions options = HelperOptions.DEFAULT.withDirectory(helpers);
    operations.add(
        untold(
                "ask a credential helper that does not answer",
                any -> new CredentialHelper("silent", options).find("registry.example.com"))
            .endless());
  }

  private <T extends Closeable> T closing(T thing) {
    closing.push(thing);
    return thing;
  }

  @Override
  public void close() throws IOException {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
  }
}
