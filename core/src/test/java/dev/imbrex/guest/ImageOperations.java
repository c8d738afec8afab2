package dev.imbrex.guest;

import static dev.imbrex.guest.LongOperation.told;
import static dev.imbrex.guest.LongOperation.untold;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageRebase;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.build.run.LocalRunner;
import dev.imbrex.container.ContainerLayer;
import dev.imbrex.container.ContainerOptions;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageDiff;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.report.ImageReport;
import dev.imbrex.report.ReportOptions;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.OciArchive;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Long operations on images, containers and builds. */
final class ImageOperations implements Closeable {
  private static final DiffOptions BYTES =
      DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);

  private final LongInputs inputs;
  private final List<LongOperation> operations = new ArrayList<>();

  /** Another base, and an image on it: for a rebase. */
  private final Image otherBase;

  private final Image onOtherBase;

  private final Stalled stalled;
  private @Nullable LocalRunner runner;

  ImageOperations(LongInputs inputs) throws IOException {
    this.inputs = inputs;
    this.otherBase =
        ImageBuilder.scratch(inputs.memory, Platform.host())
            .layer(layer -> layer.file("/large", Noise.content(4, LongInputs.LARGE)))
            .build();
    this.onOtherBase =
        ImageBuilder.from(otherBase).layer(layer -> layer.file("/own", "own")).build();
    this.stalled = Stalled.start(line -> null);
    reading();
    changing();
    containers();
    builds();
    running();
  }

  List<LongOperation> list() {
    return operations;
  }

  /** An image as a store has it that knows nothing of it yet. */
  private static Image unread(ImageStore store, Image image) throws IOException {
    return ImageStore.on(store.storage()).load(image.descriptor());
  }

  private static ReadOptions reading(Progress progress) {
    return ReadOptions.defaults().withProgress(progress);
  }

  private void reading() {
    ImageStore layout = inputs.layout;
    Image zipped = inputs.zipped;
    operations.add(
        told(
            "list the files of an image",
            (place, progress) -> unread(layout, zipped).files(reading(progress))));
    operations.add(
        told(
            "trace the files of an image to its layers",
            (place, progress) -> unread(layout, zipped).provenance(reading(progress))));
    operations.add(
        told(
            "extract an image",
            (place, progress) ->
                unread(layout, zipped)
                    .extractTo(
                        place.resolve("target"), LongInputs.extracting(), reading(progress))));
    operations.add(
        told("verify an image", (place, progress) -> unread(layout, zipped).verify(progress)));
    operations.add(
        told(
            "verify a layer",
            (place, progress) -> unread(layout, zipped).layers().get(0).verify(progress)));
    operations.add(
        untold(
            "read a large file of an image",
            place ->
                zipped
                    .files()
                    .open(TreePath.of("large"))
                    .transferTo(OutputStream.nullOutputStream())));
    operations.add(
        told(
            "compare images with content",
            (place, progress) ->
                ImageDiff.between(inputs.image, zipped).pathChanges(BYTES, reading(progress))));
    operations.add(
        told(
            "report on an image",
            (place, progress) ->
                ImageReport.of(
                    unread(layout, zipped),
                    ReportOptions.defaults().withReading(reading(progress)))));
    operations.add(
        told(
            "report on two images",
            (place, progress) ->
                ImageReport.comparing(
                    unread(layout, zipped),
                    otherBase,
                    ReportOptions.defaults().withReading(reading(progress)))));
    archives();
  }

  /** Whatever knows nothing of an image has to read it. */
  private void archives() {
    operations.add(
        told(
            "history of an image in an archive",
            (place, progress) -> {
              try (ImageStore archive = ImageStore.on(OciArchive.open(inputs.ociArchive))) {
                archive.history(archive.requireOnly(), progress);
              }
            }));
    operations.add(
        told(
            "footprint of an archive",
            (place, progress) -> {
              try (ImageStore archive = ImageStore.on(OciArchive.open(inputs.ociArchive))) {
                archive.footprint(progress);
              }
            }));
    operations.add(
        told(
            "sizes of a layer in an archive",
            (place, progress) -> {
              try (ImageStore archive = ImageStore.on(DockerArchive.open(inputs.dockerArchive))) {
                archive.sizes(archive.requireOnly().layers().get(0), progress);
              }
            }));
  }

  private void changing() {
    operations.add(
        told(
            "build an image of a large file",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                ImageBuilder.scratch(store, Platform.host())
                    .progress(progress)
                    .layer(layer -> layer.file("/large", Noise.content(5, LongInputs.LARGE)))
                    .build();
              }
            }));
    operations.add(
        told(
            "build an image of a directory",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                ImageBuilder.scratch(store, Platform.host())
                    .progress(progress)
                    .layer(layer -> layer.copy(inputs.files, "/app"))
                    .build();
              }
            }));
    operations.add(
        told(
            "build an image of a tar",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                ImageBuilder.from(inputs.image)
                    .in(store)
                    .progress(progress)
                    .tarLayer("tar", inputs.directory.resolve("layer.tar"))
                    .build();
              }
            }));
    operations.add(
        told(
            "squash an image",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                ImageSquash.of(inputs.zipped).readOptions(reading(progress)).in(store).build();
              }
            }));
    operations.add(
        told(
            "rebase an image",
            (place, progress) -> {
              try (ImageStore store = LongInputs.newLayout(place)) {
                Image base = unread(inputs.memory, otherBase);
                Image own = unread(inputs.memory, onOtherBase);
                ImageRebase.of(own, base, unread(inputs.layout, inputs.zipped))
                    .readOptions(reading(progress))
                    .in(store)
                    .build();
              }
            }));
  }

  private void containers() {
    operations.add(
        told(
            "open a container",
            (place, progress) -> {
              ContainerOptions options =
                  ContainerOptions.defaults().withDirectory(place).withReading(reading(progress));
              ContainerLayer.on(unread(inputs.layout, inputs.zipped), options).close();
            }));
    operations.add(untold("changes of a container", place -> inputs.container.entries(BYTES)));
    operations.add(
        told(
            "commit a container",
            (place, progress) -> inputs.container.commit().progress(progress).build()));
    operations.add(
        untold(
            "copy a large file into a container",
            place -> {
              try (ContainerLayer container =
                  ContainerLayer.on(
                      inputs.image, ContainerOptions.defaults().withDirectory(place))) {
                Files.copy(Noise.content(6, LongInputs.LARGE).open(), container.path("/new"));
              }
            }));
  }

  private void builds() {
    operations.add(
        told(
            "build a Dockerfile on a directory",
            (place, progress) ->
                build(place, progress, BuildContext.directory(inputs.files), "COPY . /app")));
    operations.add(
        told(
            "build a Dockerfile on a tree",
            (place, progress) ->
                build(place, progress, BuildContext.of(inputs.largeTree), "COPY large /")));
    operations.add(
        told(
            "build a Dockerfile that unpacks an archive",
            (place, progress) ->
                build(
                    place, progress, BuildContext.directory(inputs.directory), "ADD layer.tar /")));
    operations.add(
        told(
                "build a Dockerfile that waits for a server",
                (place, progress) ->
                    build(
                        place,
                        progress,
                        BuildContext.empty(),
                        "ADD http://" + stalled.authority() + "/file /"))
            .endless());
  }

  private static void build(Path place, Progress progress, BuildContext context, String line)
      throws IOException {
    try (ImageStore store = LongInputs.newLayout(place)) {
      DockerfileBuild.in(store)
          .dockerfile(Dockerfile.parse("FROM scratch\n" + line + "\n"))
          .context(context)
          .progress(progress)
          .build();
    }
  }

  /** Where this machine can run a command; it runs one that does not end. */
  private void running() throws IOException {
    if (LocalRunner.available().isEmpty() || !System.getProperty("os.arch").equals("amd64")) {
      return;
    }
    LocalRunner found = LocalRunner.detect(Files.createDirectory(inputs.directory.resolve("run")));
    runner = found;
    operations.add(
        told(
                "build a Dockerfile that runs a command",
                (place, progress) -> {
                  try (ImageStore store = LongInputs.newLayout(place)) {
                    DockerfileBuild.in(store)
                        .dockerfile(
                            Dockerfile.parse("FROM scratch\nCOPY pause /\nRUN [\"/pause\"]\n"))
                        .context(BuildContext.of(waiting()))
                        .run(found)
                        .progress(progress)
                        .build();
                  }
                })
            .endless());
  }

  /** A program for Linux on amd64 that waits for ever. */
  private static FileTree waiting() {
    ByteBuffer file = ByteBuffer.allocate(0x200).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 2).putShort((short) 62).putInt(1);
    file.putLong(0x400078).putLong(64).putLong(0).putInt(0);
    file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    file.putInt(1).putInt(5).putLong(0).putLong(0x400000).putLong(0x400000);
    file.putLong(0x200).putLong(0x200).putLong(0x1000);
    file.put((byte) 0xb8).putInt(34); // mov eax, pause
    file.put(new byte[] {0x0f, 0x05, (byte) 0xeb, (byte) 0xf7}); // syscall; once more
    return FileTree.empty()
        .edit()
        .put(
            TreePath.of("pause"),
            new dev.imbrex.layers.tree.Node.RegularFile(
                Metadata.forFile().withMode(0755), Content.of(file.array())))
        .toTree();
  }

  @Override
  public void close() throws IOException {
    stalled.close();
    if (runner != null) {
      runner.close();
    }
  }
}
