package dev.imbrex.store;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;

/** Copies or saves one image in a process of its own, slowly, and tells how far it is. */
final class TravelWorker {
  private TravelWorker() {}

  /**
   * Runs. Writes a line whenever it has read or written 256 KiB or more, and waits a little.
   *
   * @param args {@code copy}, {@code save}, {@code fill} or {@code load}; the layout the image is
   *     in, or the archive to load; and the layout or archive it goes to
   */
  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[2]);
    TransferOptions options =
        TransferOptions.defaults().withParallelism(1).withProgress(TravelWorker::start);
    try (Storage source = open(args[0], Path.of(args[1]))) {
      switch (args[0]) {
        case "copy", "load" -> {
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

  private static Storage open(String what, Path source) throws IOException {
    return what.equals("load") ? OciArchive.open(source) : LayoutStorage.open(source);
  }

  private static Progress.Task start(String name, long size) {
    return new Progress.Task() {
      @Override
      @SuppressWarnings("SystemOut") // The parent process waits for this line.
      public void advance(long bytes) {
        System.out.println("advanced");
        try {
          Thread.sleep(Integer.getInteger("imbrex.pause", 20));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void close() {}
    };
  }
}
