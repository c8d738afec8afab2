package dev.imbrex.examples.browser;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageProvenance;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.StoredImages;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where images are: an archive, a layout, or a registry, whose images are copied to a temporary
 * layout before they are read. Every call may take long.
 */
final class Source implements Closeable {
  /** An image there is to choose. */
  record Choice(String name, String platform, Descriptor manifest) {}

  private final ImageStore store;
  private final List<StorageEntry> entries;
  private final Optional<RegistryClient> client;
  private Path temporary;
  private ImageStore copies;

  private Source(ImageStore store, List<StorageEntry> entries, Optional<RegistryClient> client) {
    this.store = store;
    this.entries = entries;
    this.client = client;
  }

  /** Opens a Docker archive, an OCI archive, or a layout. */
  static Source file(Path file) throws IOException {
    ImageStore store = ImageStore.on(StoredImages.open(file));
    try {
      return new Source(store, store.storage().entries(), Optional.empty());
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Opens an image of a registry, with the user's credentials. */
  static Source remote(String name) throws IOException {
    Reference reference = Reference.parse(name).withDefaultTag();
    RegistryClient client =
        RegistryClient.create(
            RegistryOptions.defaults().withCredentials(Credentials.fromEnvironment()));
    try {
      ImageStore store = ImageStore.on(client.repository(reference.repository()));
      Descriptor found = store.requireDescriptor(reference.toString());
      StorageEntry entry = new StorageEntry(Optional.of(reference.familiar()), found);
      return new Source(store, List.of(entry), Optional.of(client));
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** The images to choose from, one for each name and platform. */
  List<Choice> choices() throws IOException {
    List<Choice> choices = new ArrayList<>();
    for (StorageEntry entry : entries) {
      Descriptor target = entry.target();
      String name = entry.name().orElse(target.digest().shortId());
      if (target.mediaType().isIndex()) {
        for (ImageIndex.Candidate one : store.requireIndex(target).candidates()) {
          String platform = one.platform().map(Object::toString).orElse("?");
          choices.add(new Choice(name, platform, one.manifest()));
        }
      } else if (target.mediaType().isImageManifest()) {
        choices.add(new Choice(name, store.load(target).platform().toString(), target));
      }
    }
    return choices;
  }

  /** Reads all there is to know of an image but the contents of its files. */
  ImageView read(Choice choice, Progress progress) throws IOException {
    Image image = store.load(choice.manifest());
    if (client.isPresent()) {
      image = copies().add(image, TransferOptions.defaults().withProgress(progress));
    }
    ImageProvenance provenance = image.provenance(ReadOptions.defaults().withProgress(progress));
    List<HistoryRow> history = ImageStore.of(image).history(image, progress);
    return new ImageView(choice, image, provenance, history);
  }

  private ImageStore copies() throws IOException {
    if (copies == null) {
      temporary = Files.createTempDirectory("image-browser");
      copies = ImageStore.on(LayoutStorage.openOrCreate(temporary.resolve("images")));
    }
    return copies;
  }

  @Override
  public void close() throws IOException {
    client.ifPresent(RegistryClient::close);
    store.close();
    if (copies != null) {
      copies.close();
    }
    if (temporary != null) {
      try (Stream<Path> files = Files.walk(temporary)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
