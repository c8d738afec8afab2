package dev.imbrex.layers.disk;

import java.io.IOException;
import java.io.InputStream;

/** Writes files on the thread of the caller. */
final class LoneWriter implements FileTarget {
  private final FileWriter writer;
  private final Losses losses;

  LoneWriter(FileWriter writer, Losses losses) {
    this.writer = writer;
    this.losses = losses;
  }

  @Override
  public void write(PendingContents.Waiting waiting, InputStream data) throws IOException {
    writer.write(waiting, data);
    for (DeferredLosses.Report report : writer.reports()) {
      report.to(losses);
    }
  }

  @Override
  public void finish() {}

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
