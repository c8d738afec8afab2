package dev.imbrex.store;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;

/** Copies or saves one image in a process of its own, slowly, and tells how far it is. */
final class TravelWorker {
  private TravelWorker() {}

  /**
   * Runs. Writes a line whenever it has read or written 256 KiB or more.
   *
   * @param args {@code copy}, {@code save} or {@code fill}, the layout the image is in, and the
   *     layout or archive it goes to
   */
  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[2]);
    try (LayoutStorage source = LayoutStorage.open(Path.of(args[1]))) {
      TransferOptions options =
          TransferOptions.defaults().withParallelism(1).withProgress(TravelWorker::start);
      switch (args[0]) {
        case "copy" -> {
          try (LayoutStorage storage = LayoutStorage.openOrCreate(target)) {
            Transfer.between(source, storage).copyAll(options);
          }
        }
        case "save" ->
            OciArchive.save(
                target,
                ArchiveContents.of(ImageStore.on(source), "app:1"),
                SaveOptions.defaults().withProgress(TravelWorker::start));
        case "fill" -> {
          try (ArchiveWriter archive = OciArchive.create(target, SaveOptions.defaults())) {
            Transfer.between(source, archive).copyAll(options);
            archive.commit();
          }
        }
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static Progress.Task start(String name, long size) {
    return new Progress.Task() {
      @Override
      @SuppressWarnings("SystemOut") // The parent process waits for this line.
      public void advance(long bytes) {
        System.out.println("advanced");
        try {
          Thread.sleep(20);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void close() {}
    };
  }
}
