package dev.imbrex.benchmarks.recipes;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.event.progress.ProgressEventHandler;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate.ContentDescriptorTemplate;
import com.google.cloud.tools.jib.image.json.ContainerConfigurationTemplate;
import com.google.cloud.tools.jib.image.json.JsonToImageTranslator;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The jobs with jib-core, by its package {@code api} as far as that goes. What is on from there is
 * public, but its own: its registry client and its templates of documents.
 */
final class JibRecipes implements Recipes {
  @Override
  public void baseAndFiles(Workplace place) throws Exception {
    Jib.from(RegistryImage.named(place.authority() + "/base:1"))
        .addLayer(List.of(place.files()), "/")
        .setEntrypoint("/app/run.sh")
        .containerize(to(place));
  }

  @Override
  public void fromScratch(Workplace place) throws Exception {
    Jib.fromScratch()
        .addLayer(List.of(place.files()), "/")
        .setEntrypoint("/app/run.sh")
        .containerize(to(place));
  }

  @Override
  public void modesAndOwners(Workplace place) throws Exception {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
    try (Stream<Path> files = Files.walk(place.files())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        AbsoluteUnixPath target =
            AbsoluteUnixPath.get("/app").resolve(place.files().relativize(file));
        if (file.endsWith("run.sh")) {
          layer.addEntry(
              file,
              target,
              FilePermissions.fromOctalString("755"),
              Instant.ofEpochSecond(1),
              "1000:1000");
        } else {
          layer.addEntry(file, target);
        }
      }
    }
    Jib.from(RegistryImage.named(place.authority() + "/base:1"))
        .addFileEntriesLayer(layer.build())
        .containerize(to(place));
  }

  @Override
  public void saveDockerArchive(Workplace place) throws Exception {
    Jib.from(RegistryImage.named(place.authority() + "/base:1"))
        .addLayer(List.of(place.files()), "/")
        .containerize(
            Containerizer.to(TarImage.at(place.target()).named("app:1"))
                .setBaseImageLayersCache(place.cache().resolve("base"))
                .setApplicationLayersCache(place.cache().resolve("app"))
                .setAllowInsecureRegistries(true));
  }

  @Override
  public void baseFromArchive(Workplace place) throws Exception {
    Jib.from(TarImage.at(place.archive()))
        .addLayer(List.of(place.files()), "/")
        .containerize(to(place));
  }

  /** The digest is another one: the image is made anew of its parts. */
  @Override
  public String copyToAnotherName(Workplace place) throws Exception {
    return Jib.from(RegistryImage.named(place.authority() + "/app:1"))
        .containerize(to(place).withAdditionalTag("stable"))
        .getDigest()
        .toString();
  }

  @Override
  public List<String> environment(Workplace place) throws Exception {
    FailoverHttpClient http = new FailoverHttpClient(true, false, event -> {});
    try {
      RegistryClient client = client(place, http);
      BuildableManifestTemplate manifest =
          client.pullManifest("1", BuildableManifestTemplate.class).getManifest();
      byte[] config =
          Blobs.writeToByteArray(
              client.pullBlob(
                  Objects.requireNonNull(manifest.getContainerConfiguration()).getDigest(),
                  size -> {},
                  done -> {}));
      Map<String, String> environment =
          JsonToImageTranslator.toImage(
                  manifest,
                  JsonTemplateMapper.readJson(config, ContainerConfigurationTemplate.class))
              .getEnvironment();
      return Objects.requireNonNull(environment).entrySet().stream()
          .map(variable -> variable.getKey() + "=" + variable.getValue())
          .toList();
    } finally {
      http.shutDown();
    }
  }

  /** As far as no layer above replaces the path's directory by a link, which this does not see. */
  @Override
  public byte[] readFile(Workplace place) throws Exception {
    String wanted = "app/run.sh";
    Set<String> hiding = Set.of("app/.wh.run.sh", ".wh.app", "app/.wh..wh..opq", ".wh..wh..opq");
    FailoverHttpClient http = new FailoverHttpClient(true, false, event -> {});
    try {
      RegistryClient client = client(place, http);
      List<ContentDescriptorTemplate> layers =
          new ArrayList<>(
              client.pullManifest("1", BuildableManifestTemplate.class).getManifest().getLayers());
      Collections.reverse(layers);
      boolean isHidden = false;
      for (ContentDescriptorTemplate layer : layers) {
        byte[] bytes =
            Blobs.writeToByteArray(client.pullBlob(layer.getDigest(), size -> {}, done -> {}));
        try (TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
          for (TarArchiveEntry entry = tar.getNextEntry();
              entry != null;
              entry = tar.getNextEntry()) {
            if (entry.getName().equals(wanted)) {
              return tar.readAllBytes();
            }
            isHidden |= hiding.contains(entry.getName());
          }
        }
        if (isHidden) {
          break;
        }
      }
      throw new FileNotFoundException(wanted);
    } finally {
      http.shutDown();
    }
  }

  @Override
  public List<String> layers(Workplace place) throws Exception {
    FailoverHttpClient http = new FailoverHttpClient(true, false, event -> {});
    try {
      return client(place, http)
          .pullManifest("1", BuildableManifestTemplate.class)
          .getManifest()
          .getLayers()
          .stream()
          .map(layer -> layer.getDigest() + " " + layer.getSize())
          .toList();
    } finally {
      http.shutDown();
    }
  }

  @Override
  public void progress(Workplace place) throws Exception {
    Jib.from(RegistryImage.named(place.authority() + "/base:1"))
        .addLayer(List.of(place.files()), "/")
        .containerize(
            to(place)
                .addEventHandler(
                    ProgressEvent.class,
                    new ProgressEventHandler(
                        update ->
                            place
                                .display()
                                .accept(
                                    String.join(", ", update.getUnfinishedLeafTasks()),
                                    Math.round(100 * update.getProgress())))));
  }

  private static Containerizer to(Workplace place) throws Exception {
    return Containerizer.to(RegistryImage.named(place.repository() + ":1"))
        .setBaseImageLayersCache(place.cache().resolve("base"))
        .setApplicationLayersCache(place.cache().resolve("app"))
        .setAllowInsecureRegistries(true);
  }

  private static RegistryClient client(Workplace place, FailoverHttpClient http) {
    return RegistryClient.factory(EventHandlers.NONE, place.authority(), "app", http)
        .newRegistryClient();
  }
}
