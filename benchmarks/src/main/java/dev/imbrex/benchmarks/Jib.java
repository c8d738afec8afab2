package dev.imbrex.benchmarks;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.image.ReproducibleLayerBuilder;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The peer jib-core, as its users call it. It knows no symbolic links and no hard links. */
public final class Jib {
  private Jib() {}

  /** Makes an uncompressed layer of a directory, with its digest: what jib does inside. */
  public static long layer(Path directory, OutputStream out) throws IOException {
    return new ReproducibleLayerBuilder(ImmutableList.copyOf(entries(directory).getEntries()))
        .build()
        .writeTo(out)
        .getSize();
  }

  /** Makes an archive of an image of one gzip layer. */
  public static long image(Path directory, Path archive, Path cache)
      throws IOException, InterruptedException {
    try {
      com.google.cloud.tools.jib.api.Jib.fromScratch()
          .addFileEntriesLayer(entries(directory))
          .containerize(
              Containerizer.to(TarImage.at(archive).named("layer"))
                  .setBaseImageLayersCache(cache.resolve("base"))
                  .setApplicationLayersCache(cache.resolve("app"))
                  .setOfflineMode(true));
    } catch (CacheDirectoryCreationException
        | InvalidImageReferenceException
        | RegistryException
        | ExecutionException e) {
      throw new IOException(e);
    }
    return Files.size(archive);
  }

  private static FileEntriesLayer entries(Path directory) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("layer");
    // Its own walk follows links, for ever where one leads up; nor does it take the root itself.
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        if (!Files.isSymbolicLink(path) && !path.equals(directory)) {
          layer.addEntry(path, AbsoluteUnixPath.get("/" + directory.relativize(path)));
        }
      }
    }
    return layer.build();
  }
}
