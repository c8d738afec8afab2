package dev.imbrex.image;

import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.document.ManifestConversion.Losses;
import dev.imbrex.platform.PlatformMatcher;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How images are copied from one storage to another. By default every byte stays as it is.
 *
 * <pre>{@code
 * TransferOptions.defaults()
 *     .withPlatforms(PlatformMatcher.only(Platform.parse("linux/arm64")))
 *     .withCompression(CompressionOptions.of(Compression.ZSTD))
 * }</pre>
 *
 * @param parallelism how many blobs are copied at a time, at least 1, which is the caller's thread
 *     alone; further threads end before the copy returns
 * @param executor runs the further threads' work in their place; it may have fewer than are wanted
 * @param progress is told of each blob as it is copied
 * @param platforms which images of an index are copied: for each of these the best one; all if
 *     empty
 * @param isSparse whether an index of which not all images are copied stays as it is, and names
 *     what is not there (SN-M14); else it is written anew, with another digest
 * @param leavesOutForeign whether layers that must not be distributed are left out (SN-M15); else
 *     they are copied where the source has them
 * @param format the format documents are converted to (SN-M12)
 * @param losses what becomes of that which Docker's format has no place for
 * @param compression how layers are compressed anew that are not in this form yet (SN-M13)
 * @param subjects what becomes of documents about others, signatures for example, if those get
 *     another digest
 */
public record TransferOptions(
    int parallelism,
    Optional<Executor> executor,
    Progress progress,
    List<PlatformMatcher> platforms,
    boolean isSparse,
    boolean leavesOutForeign,
    Format format,
    Losses losses,
    Optional<CompressionOptions> compression,
    Subjects subjects) {
  /** The formats documents can have. */
  public enum Format {
    /** The one each has. */
    AS_IS,
    /** OCI manifests and indexes. */
    OCI,
    /** Docker manifests of schema 2 and manifest lists. */
    DOCKER
  }

  /**
   * What becomes of a document whose subject gets another digest in the same copy, since it is
   * converted, compressed anew, or an index of which not all is copied.
   */
  public enum Subjects {
    /** It stays as it is, and is about the document as it was in the source. */
    KEEP,
    /**
     * It is written anew, and is about the document as it is in the target. Whether what it says is
     * true of that one, too, is for the caller to know: a signature over the old digest is not.
     */
    FOLLOW,
    /** The copy fails. Nothing has got a name then. */
    REFUSE
  }

  private static final TransferOptions DEFAULTS =
      new TransferOptions(
          4,
          Optional.empty(),
          Progress.none(),
          List.of(),
          false,
          false,
          Format.AS_IS,
          Losses.REFUSE,
          Optional.empty(),
          Subjects.KEEP);

  /**
   * Checks that options fit each other.
   *
   * @throws IllegalArgumentException if parallelism is less than 1, or an index is to stay as it is
   *     while what it names changes
   */
  public TransferOptions {
    Objects.requireNonNull(executor);
    Objects.requireNonNull(progress);
    Objects.requireNonNull(losses);
    Objects.requireNonNull(subjects);
    platforms = List.copyOf(platforms);
    if (parallelism < 1) {
      throw new IllegalArgumentException("A parallelism of " + parallelism);
    }
    if (isSparse && (format != Format.AS_IS || compression.isPresent())) {
      throw new IllegalArgumentException(
          "An index cannot stay as it is while the images it names are changed");
    }
  }

  /** Everything as it is, four blobs at a time, and nobody who is told. */
  public static TransferOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with another number of blobs at a time. */
  public TransferOptions withParallelism(int newParallelism) {
    return new TransferOptions(
        newParallelism,
        executor,
        progress,
        platforms,
        isSparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy whose further threads are those of an executor. */
  public TransferOptions withExecutor(Executor newExecutor) {
    return new TransferOptions(
        parallelism,
        Optional.of(newExecutor),
        progress,
        platforms,
        isSparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy that tells this progress. */
  public TransferOptions withProgress(Progress newProgress) {
    return new TransferOptions(
        parallelism,
        executor,
        newProgress,
        platforms,
        isSparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy for the best image for each of these; the index is written anew if others go. */
  public TransferOptions withPlatforms(PlatformMatcher... newPlatforms) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        List.of(newPlatforms),
        isSparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy that leaves an index as it is, whatever of it is copied. */
  public TransferOptions withSparse(boolean sparse) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        platforms,
        sparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy that leaves out layers that must not be distributed, or copies them. */
  public TransferOptions withoutForeign(boolean leaveOut) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        platforms,
        isSparse,
        leaveOut,
        format,
        losses,
        compression,
        subjects);
  }

  /** A copy that converts documents, and refuses to lose anything by it. */
  public TransferOptions withFormat(Format newFormat) {
    return withFormat(newFormat, Losses.REFUSE);
  }

  /** A copy that converts documents. */
  public TransferOptions withFormat(Format newFormat, Losses newLosses) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        platforms,
        isSparse,
        leavesOutForeign,
        newFormat,
        newLosses,
        compression,
        subjects);
  }

  /** A copy that compresses layers anew that are not in this form; diffIDs and ids stay. */
  public TransferOptions withCompression(CompressionOptions newCompression) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        platforms,
        isSparse,
        leavesOutForeign,
        format,
        losses,
        Optional.of(newCompression),
        subjects);
  }

  /** A copy that does this with what is about documents that change. */
  public TransferOptions withSubjects(Subjects newSubjects) {
    return new TransferOptions(
        parallelism,
        executor,
        progress,
        platforms,
        isSparse,
        leavesOutForeign,
        format,
        losses,
        compression,
        newSubjects);
  }
}
