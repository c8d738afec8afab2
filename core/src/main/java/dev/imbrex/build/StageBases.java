package dev.imbrex.build;

import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.Stage;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ContainerMember;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stages begin with (SN-B16). */
final class StageBases {
  private static final String BASE_NAME = "org.opencontainers.image.base.name";
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final BuildSettings settings;
  private final StageGraph graph;
  private final ArgScope global;
  private final Platform target;
  private final BuildFiles files;

  StageBases(
      BuildSettings settings,
      StageGraph graph,
      ArgScope global,
      Platform target,
      BuildFiles files) {
    this.settings = settings;
    this.graph = graph;
    this.global = global;
    this.target = target;
    this.files = files;
  }

  /** The beginning of a stage that is not built on another one. */
  StageState begin(Stage stage) throws IOException {
    String base = graph.base(stage);
    try {
      Platform platform = platform(stage);
      return base.equals("scratch") ? scratch(platform) : image(base, platform);
    } catch (DockerfileException e) {
      throw e;
    } catch (IllegalArgumentException | ImageException e) {
      throw new DockerfileException(
          settings.dockerfile().name(),
          stage.from().statement().range(),
          "FROM",
          Optional.ofNullable(e.getMessage()).orElse(e.toString()),
          e);
    }
  }

  private Platform platform(Stage stage) throws DockerfileException {
    if (stage.from().platform().isEmpty()) {
      return target;
    }
    String word = stage.from().platform().get();
    return Platform.parse(StageGraph.expand(settings.dockerfile(), stage.from(), word, global));
  }

  private StageState scratch(Platform platform) {
    ImageConfig config = ImageConfig.of(platform);
    ContainerConfig container = withPath(config.container(), platform);
    if (settings.style() == HistoryStyle.BUILDKIT) {
      container = container.withWorkingDir("/");
    }
    Draft draft = Draft.scratch(settings.store().storage(), config.withContainer(container));
    return new StageState(draft, global, false, false, Map.of(), List.of());
  }

  private StageState image(String reference, Platform platform) throws IOException {
    Image found = files.image(reference, platform);
    ImageStore store = settings.store();
    TransferOptions bringing = TransferOptions.defaults().withProgress(settings.progress());
    Image image = found.storage() == store.storage() ? found : store.add(found, bringing);
    if (store.storage().catalog().find(image.digest()).isEmpty()) {
      // So that it can be seen as the parent of what is built on it.
      store.record(image, Optional.empty(), false);
    }
    return on(Draft.on(image), global, annotations(reference, image), true);
  }

  /** The beginning of a stage on another one, which has come to its end. */
  StageState on(StageState ended) {
    return on(ended.draft(), ended.args(), ended.annotations(), ended.isWritten());
  }

  private static StageState on(
      Draft draft, ArgScope args, Map<String, String> annotations, boolean isWritten) {
    ImageConfig config = draft.config();
    ContainerConfig before = config.container();
    List<String> triggers = before.onBuild().orElse(List.of());
    ContainerConfig without =
        triggers.isEmpty() ? before : before.without(ContainerMember.ON_BUILD);
    ContainerConfig after = withPath(without, config.platform());
    boolean same = after.equals(before);
    return new StageState(
        same ? draft : draft.withConfig(config.withContainer(after)),
        args,
        false,
        same && isWritten,
        annotations,
        new ArrayList<>(triggers));
  }

  private static ContainerConfig withPath(ContainerConfig container, Platform platform) {
    boolean needed = !platform.os().equals("windows") && container.findEnv("PATH").isEmpty();
    return needed ? container.withEnv("PATH", PATH) : container;
  }

  /** What is known of the base goes into the manifest of an OCI image (SN-H5). */
  private Map<String, String> annotations(String reference, Image image) {
    boolean possible =
        settings.baseAnnotations() && ManifestFormat.of(image.manifest()) == ManifestFormat.OCI;
    if (!possible) {
      return Map.of();
    }
    Map<String, String> annotations = new LinkedHashMap<>();
    try {
      annotations.put(BASE_NAME, Reference.parse(reference).withDefaultTag().toString());
    } catch (InvalidReferenceException e) {
      // A digest, or a name of the store's own, names it to nobody else.
      annotations.clear();
    }
    annotations.put(BASE_DIGEST, image.digest().toString());
    return annotations;
  }
}
