package dev.imbrex.store;

import dev.imbrex.layers.progress.Progress;
import java.util.Objects;

/**
 * How archives of images are written.
 *
 * @param form which form a Docker archive has; OCI archives have but one
 * @param sync whether a file is forced to disk before it appears
 * @param progress is told of the content as it is written
 */
public record SaveOptions(Form form, boolean sync, Progress progress) {
  /** The forms of a Docker archive. */
  public enum Form {
    /**
     * A Docker archive that is an OCI layout as well, as Docker 25 and later write it (SN-S18).
     * Documents and layers are in it byte by byte as they are stored, so that digests stay. Docker
     * engines from 1.10 on load it; with zstd layers, those from 23 on.
     */
    HYBRID,
    /**
     * The older form alone: {@code <layer>/layer.tar}, uncompressed. Ids of images stay, digests of
     * manifests do not, for it has no manifests. For programs that read nothing else.
     */
    PLAIN
  }

  private static final SaveOptions DEFAULTS = new SaveOptions(Form.HYBRID, true, Progress.none());

  /** Refuses null. */
  public SaveOptions {
    Objects.requireNonNull(form);
    Objects.requireNonNull(progress);
  }

  /** The hybrid form, forced to disk, and nobody who is told. */
  public static SaveOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with another form of Docker archives. */
  public SaveOptions withForm(Form newForm) {
    return new SaveOptions(newForm, sync, progress);
  }

  /** A copy with or without forcing the file to disk. */
  public SaveOptions withSync(boolean newSync) {
    return new SaveOptions(form, newSync, progress);
  }

  /** A copy that tells this progress. */
  public SaveOptions withProgress(Progress newProgress) {
    return new SaveOptions(form, sync, newProgress);
  }
}
