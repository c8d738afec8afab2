package dev.imbrex.examples.maven;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.registry.RegistryClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Pushes the image of the project, for all its platforms, and moves the tags there. Does nothing if
 * they stand for it already.
 */
@Mojo(name = "push", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class PushMojo extends ImageMojo {
  /** More tags beside that of {@code to}. */
  @Parameter private List<String> tags = List.of();

  @Override
  void run(ImageStore images, RegistryClient client) throws IOException {
    Reference target = target();
    Descriptor built = images.requireDescriptor(target.toString());
    List<String> names = new ArrayList<>(List.of(target.toString()));
    tags.forEach(tag -> names.add(target.withTag(tag).toString()));

    try (ImageStore registry = ImageStore.on(client.repository(target.repository()))) {
      List<String> stale = new ArrayList<>();
      for (String name : names) {
        Optional<Digest> there = registry.findTag(name).map(Tag::target).map(Descriptor::digest);
        if (!there.equals(Optional.of(built.digest()))) {
          stale.add(name);
        }
      }
      if (stale.isEmpty()) {
        getLog().info(to + " at the registry is up to date: " + built.digest());
        return;
      }
      push(images, built, registry, stale);
      getLog().info("Pushed " + String.join(", ", stale) + ": " + built.digest());
    }
  }

  private void push(ImageStore images, Descriptor built, ImageStore registry, List<String> names)
      throws IOException {
    TransferOptions options = TransferOptions.defaults().withProgress(logged());
    if (built.mediaType().isIndex()) {
      var pushed = registry.add(images.requireIndex(built), options);
      for (String name : names) {
        registry.tag(name, pushed);
      }
    } else {
      var pushed = registry.add(images.load(built), options);
      for (String name : names) {
        registry.tag(name, pushed);
      }
    }
  }

  private Progress logged() {
    return (name, bytes) -> {
      getLog().debug(bytes < 0 ? name : name + ", " + bytes + " bytes");
      return Progress.none().start(name, bytes);
    };
  }
}
