package dev.imbrex.build;

import dev.imbrex.dockerfile.Stage;
import dev.imbrex.image.Image;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.Optional;

/** The files that instructions can copy from: the context, named contexts, stages and images. */
final class BuildFiles {
  /** Gives the image of a stage, which it builds if need be. */
  interface Stages {
    Image image(Stage stage) throws IOException;
  }

  private final BuildContexts contexts;
  private final BuildSettings settings;
  private final StageGraph graph;
  private final Stages stages;
  private final Platform platform;

  BuildFiles(
      BuildContexts contexts,
      BuildSettings settings,
      StageGraph graph,
      Stages stages,
      Platform platform) {
    this.contexts = contexts;
    this.settings = settings;
    this.graph = graph;
    this.stages = stages;
    this.platform = platform;
  }

  /**
   * The files of a place.
   *
   * @param files the files
   * @param shown what they are, for messages
   */
  record Place(FileTree files, String shown) {}

  /** The files of the build context. */
  Place context() throws IOException {
    return new Place(contexts.main(), "the build context (is it left out by a .dockerignore?)");
  }

  /** The files that {@code from} means for an instruction of a stage (SN-B19). */
  Place from(String from, Stage user) throws IOException {
    Optional<Stage> stage = graph.source(from, user);
    if (stage.isPresent()) {
      return new Place(stages.image(stage.get()).files(), "stage " + from);
    }
    Optional<FileTree> named = contexts.named(from);
    if (named.isPresent()) {
      return new Place(named.get(), "context " + from);
    }
    return new Place(image(from, platform).files(), "image " + from);
  }

  /** An image by name: one the build was given under it, or one from the source of images. */
  Image image(String reference, Platform wanted) throws IOException {
    Image given = settings.namedImages().get(reference);
    if (given != null) {
      return given;
    }
    return settings
        .images()
        .find(reference, wanted)
        .orElseThrow(
            () ->
                new ContentNotFoundException("There is neither a stage nor an image " + reference));
  }
}
