package dev.imbrex.examples.maven;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.TagResult;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.SaveOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Builds an image of the project for each platform, an index over them if there are several, and a
 * Docker archive of the one for this machine, else of the first. Does nothing if all is there
 * already.
 */
@Mojo(
    name = "build",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresDependencyResolution = ResolutionScope.RUNTIME,
    threadSafe = true)
public final class BuildMojo extends ImageMojo {
  /** The base image, with a Java runtime: a name at a registry, or in {@code fromArchive}. */
  @Parameter(property = "image.from", required = true)
  private String from;

  /** A Docker or OCI archive, or an OCI layout, to take the base image from. */
  @Parameter(property = "image.fromArchive")
  private File fromArchive;

  /** What to build for, {@code linux/arm64} say. This machine's, in Linux, if none is given. */
  @Parameter(property = "image.platforms")
  private List<String> platforms = List.of();

  /** The class to start. The only one with a main method if none is given. */
  @Parameter(property = "image.mainClass")
  private String mainClass;

  /** Arguments for the virtual machine. */
  @Parameter private List<String> jvmArguments = List.of();

  /** Arguments for the program, unless a container is given others. */
  @Parameter private List<String> arguments = List.of();

  @Parameter private Map<String, String> environment = new TreeMap<>();
  @Parameter private Map<String, String> labels = new TreeMap<>();
  @Parameter private List<String> ports = List.of();
  @Parameter private String user;

  /** Where the application is in the image. */
  @Parameter(defaultValue = "/app")
  private String root;

  /** The Docker archive to write. */
  @Parameter(
      property = "image.archive",
      defaultValue = "${project.build.directory}/${project.build.finalName}-image.tar")
  private File archive;

  /** The time of all files and of the image; else {@code SOURCE_DATE_EPOCH}; else the epoch. */
  @Parameter(defaultValue = "${project.build.outputTimestamp}")
  private String outputTimestamp;

  @Override
  void run(ImageStore images, RegistryClient client) throws IOException, MojoFailureException {
    Application application = Application.of(project, root);
    List<Platform> wanted =
        platforms.isEmpty()
            ? List.of(Platform.of("linux", Platform.host().architecture()))
            : platforms.stream().map(Platform::parse).toList();
    List<Image> bases = bases(new BaseImages(images, wanted), client);
    List<String> command = command(application);
    Instant time = OutputTime.of(outputTimestamp, System.getenv());

    boolean isNew = false;
    Built<Image> files = files(images, wanted.get(0), application, time);
    List<Image> built = new ArrayList<>();
    for (Image base : bases) {
      Built<Image> one = onBase(images, base, files.value(), command, time);
      built.add(one.value());
      isNew |= one.isNew();
    }
    isNew |= name(images, built);
    isNew |= save(forThisMachine(built));

    String digest = images.requireDescriptor(target().toString()).digest().toString();
    if (isNew) {
      getLog().info("Built " + to + " for " + wanted + ": " + digest);
    } else {
      getLog().info(to + " is up to date: " + digest);
    }
  }

  /** What there is now, and whether it was made just now. */
  private record Built<T>(T value, boolean isNew) {}

  private List<Image> bases(BaseImages bases, RegistryClient client) throws IOException {
    if (fromArchive != null) {
      return bases.open(fromArchive.toPath(), from);
    }
    return settings.isOffline() ? bases.recall(from) : bases.pull(client, from);
  }

  private List<String> command(Application application) throws IOException, MojoFailureException {
    Path classes = Path.of(project.getBuild().getOutputDirectory());
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(String.join(":", application.classPath()));
    command.add(mainClass != null ? mainClass : MainClasses.requireOnly(classes));
    return command;
  }

  /** The layers of the application alone: they are the same on all platforms, and made once. */
  private Built<Image> files(
      ImageStore images, Platform platform, Application application, Instant time)
      throws IOException {
    Step step = new Step().add("files").add(time.toString());
    for (AppLayer layer : application.layers()) {
      step.add(layer);
    }
    ImageBuilder builder =
        ImageBuilder.scratch(images, platform)
            .keepSteps(false)
            .created(time)
            .layerOptions(options -> options.withTimes(TimePolicy.seconds().fixedAt(time)));
    for (AppLayer layer : application.layers()) {
      builder.layer(
          layer.name(),
          content -> {
            for (AppFile file : layer.files()) {
              // Whatever mode it has here, which is up to a umask.
              content.file(file.target(), Content.file(file.source()), Metadata.forFile());
            }
          });
    }
    return build(images, Optional.empty(), step, builder);
  }

  private Built<Image> onBase(
      ImageStore images, Image base, Image files, List<String> command, Instant time)
      throws IOException {
    Step step =
        new Step()
            .add("image")
            .add(files.digest().toString())
            .add(command.toString())
            .add(arguments.toString())
            .add(environment.toString())
            .add(labels.toString())
            .add(ports.toString())
            .add(String.valueOf(user))
            .add(time.toString());
    ImageBuilder builder =
        ImageBuilder.from(base).in(images).keepSteps(false).created(time).layersOf(files);
    environment.forEach(builder::env);
    labels.forEach(builder::label);
    ports.forEach(builder::exposedPort);
    if (user != null) {
      builder.user(user);
    }
    builder.workingDir(root).entrypoint(command.toArray(String[]::new));
    builder.cmd(arguments.toArray(String[]::new));
    return build(images, Optional.of(base), step, builder);
  }

  /** Builds only what the store does not know as made of the same already. */
  private static Built<Image> build(
      ImageStore images, Optional<Image> parent, Step step, ImageBuilder builder)
      throws IOException {
    Digest digest = step.digest();
    Optional<Image> known = images.findBuilt(parent, digest);
    if (known.isPresent()) {
      return new Built<>(known.get(), false);
    }
    Image image = builder.build();
    images.record(image, parent, digest);
    return new Built<>(image, true);
  }

  private boolean name(ImageStore images, List<Image> built) throws IOException {
    TagResult result;
    Digest digest;
    if (built.size() == 1) {
      digest = built.get(0).digest();
      result = images.tag(target().toString(), built.get(0));
    } else {
      ImageIndexBuilder builder = ImageIndexBuilder.in(images);
      built.forEach(builder::add);
      ImageIndex index = builder.build();
      digest = index.digest();
      result = images.tag(target().toString(), index);
    }
    return result.previous().filter(before -> before.digest().equals(digest)).isEmpty();
  }

  private static Image forThisMachine(List<Image> built) {
    return PlatformMatcher.only(Platform.of("linux", Platform.host().architecture()))
        .findBest(built, Image::platform)
        .orElse(built.get(0));
  }

  private boolean save(Image image) throws IOException {
    Path file = archive.toPath();
    if (holds(file, image)) {
      return false;
    }
    Files.createDirectories(file.getParent());
    DockerArchive.save(
        file, ArchiveContents.none().with(image, target().toString()), SaveOptions.defaults());
    return true;
  }

  private boolean holds(Path file, Image image) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (ImageStore saved = ImageStore.on(DockerArchive.open(file))) {
      return saved
          .findTag(target().toString())
          .filter(tag -> tag.target().digest().equals(image.digest()))
          .isPresent();
    } catch (ImageException e) {
      getLog().debug("Not an archive, written anew: " + file, e);
      return false;
    }
  }
}
