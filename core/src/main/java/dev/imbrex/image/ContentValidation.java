package dev.imbrex.image;

import dev.imbrex.image.ContentViolation.Kind;
import dev.imbrex.image.internal.progress.MeteredInput;
import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.DocumentWarning;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything and lists all that is wrong, where reading stops at the first: every blob is
 * read and digested, every document parsed, every layer taken apart and its diffID compared, every
 * config held against its rules.
 *
 * <pre>{@code
 * List<ContentViolation> wrong = ContentValidation.of(store.storage());
 * }</pre>
 *
 * <p>What is not wrong is not listed: images that a sparse index names and that are not there
 * (SN-M14), layers that must not be distributed and are not there (SN-M15).
 */
public final class ContentValidation {
  private final Storage storage;
  private final ImageLoader loader;
  private final Progress progress;
  private final Set<Digest> visited = new HashSet<>();
  private final Map<DiffId, Set<Digest>> layers = new HashMap<>();
  private final Set<ContentViolation> violations = new LinkedHashSet<>();

  private ContentValidation(Storage storage, Progress progress) {
    this.storage = storage;
    this.progress = Objects.requireNonNull(progress);
    this.loader = new ImageLoader(storage, DocumentLimits.DEFAULT, new LayerViews(0));
  }

  /** What is wrong with anything in a storage, as {@link #of(Storage, Progress)}. */
  public static List<ContentViolation> of(Storage storage) throws IOException {
    return of(storage, Progress.none());
  }

  /**
   * What is wrong with anything in a storage: with what its entries lead to, in their order, and
   * then with content that nothing leads to, if the storage can list it.
   *
   * @param progress is told of each layer, and of content that nothing leads to
   * @throws IOException if the storage itself fails
   */
  public static List<ContentViolation> of(Storage storage, Progress progress) throws IOException {
    ContentValidation validation = new ContentValidation(storage, progress);
    for (StorageEntry entry : storage.entries()) {
      validation.visit(entry.target(), 0);
    }
    if (storage.capabilities().contains(Storage.Capability.DELETE)) {
      for (ImageRecord record : storage.catalog().all()) {
        if (storage.exists(record.image())) {
          validation.visit(record.image(), 0);
        }
      }
      validation.visitTheRest();
    }
    return List.copyOf(validation.violations);
  }

  /**
   * What is wrong with a manifest or an index, and all it leads to.
   *
   * @throws IOException if the storage itself fails
   */
  public static List<ContentViolation> of(Storage storage, Descriptor root, Progress progress)
      throws IOException {
    ContentValidation validation = new ContentValidation(storage, progress);
    validation.visit(root, 0);
    return List.copyOf(validation.violations);
  }

  private interface Look {
    void look() throws IOException;
  }

  /** Looks at something, and takes what fails with the content for a violation. */
  private boolean tryTo(Descriptor content, Kind malformed, Look look) throws IOException {
    try {
      look.look();
      return true;
    } catch (ContentNotFoundException e) {
      add(Kind.MISSING, content, "", e);
    } catch (DigestMismatchException e) {
      add(Kind.DIGEST, content, "", e);
    } catch (UnsupportedContentException e) {
      add(Kind.UNSUPPORTED, content, "", e);
    } catch (MalformedContentException e) {
      add(malformed, content, e.where(), e);
    } catch (LimitExceededException e) {
      add(malformed, content, "", e);
    }
    return false;
  }

  private void visit(Descriptor content, int depth) throws IOException {
    if (!visited.add(content.digest())) {
      return;
    }
    if (!content.mediaType().isManifest()) {
      tryTo(content, Kind.UNSUPPORTED, () -> readThrough(content));
      return;
    }
    Manifest[] read = new Manifest[1];
    boolean isRead =
        tryTo(
            content,
            Kind.DOCUMENT,
            () -> {
              loader.requireDepth(content, depth);
              read[0] = loader.manifest(content, "manifest " + content.digest());
            });
    if (!isRead) {
      return;
    }
    for (DocumentWarning warning : read[0].warnings()) {
      violations.add(new ContentViolation(Kind.DOCUMENT, content, "", warning.message()));
    }
    if (read[0] instanceof ImageManifest image) {
      visit(image, content);
    } else if (read[0] instanceof IndexManifest index) {
      for (Descriptor entry : index.manifests()) {
        if (storage.exists(entry)) {
          visit(entry, depth + 1);
          checkPlatform(entry);
        }
      }
    }
  }

  private void visit(ImageManifest image, Descriptor content) throws IOException {
    ImageConfig config = image.hasImageConfig() ? config(image) : null;
    if (!image.hasImageConfig()) {
      visit(image.config(), 0);
    }
    int count = image.layers().size();
    boolean fits = config != null && config.diffIds().size() == count;
    if (config != null && !fits) {
      violations.add(
          new ContentViolation(
              Kind.LAYER_COUNT,
              content,
              "/layers",
              count + " layers, but the config has " + config.diffIds().size() + " diffIDs"));
    }
    for (int i = 0; i < count; i++) {
      Descriptor layer = image.layers().get(i);
      if (layer.mediaType().isNondistributable() && !storage.exists(layer)) {
        continue;
      }
      if (config != null && layer.mediaType().isLayer()) {
        visited.add(layer.digest());
        visitLayer(layer, fits ? config.diffIds().get(i) : null);
      } else {
        visit(layer, 0);
      }
    }
  }

  private @Nullable ImageConfig config(ImageManifest image) throws IOException {
    Descriptor descriptor = image.config();
    visited.add(descriptor.digest());
    ImageConfig[] read = new ImageConfig[1];
    tryTo(
        descriptor,
        Kind.CONFIG,
        () -> {
          String what = "config " + descriptor.digest();
          int limit = DocumentLimits.DEFAULT.configBytes();
          read[0] =
              ImageConfig.parse(loader.read(descriptor, limit, "configBytes", what), what, limit);
        });
    if (read[0] != null) {
      for (ImageConfig.Violation violation : read[0].violations()) {
        violations.add(
            new ContentViolation(Kind.CONFIG, descriptor, violation.where(), violation.problem()));
      }
    }
    return read[0];
  }

  /** Each layer is read once for each diffID that configs give it. */
  private void visitLayer(Descriptor layer, @Nullable DiffId diffId) throws IOException {
    DiffId expected = diffId == null ? new DiffId(layer.digest()) : diffId;
    if (!layers.computeIfAbsent(expected, d -> new HashSet<>()).add(layer.digest())) {
      return;
    }
    Findings findings = Findings.tolerant();
    DiffId[] found = new DiffId[1];
    tryTo(
        layer,
        Kind.LAYER,
        () -> {
          Layer stored = Layer.of(storage, layer, expected);
          found[0] = LayerIndex.summarize(stored, LayerRules.defaults(), findings, progress);
        });
    if (diffId != null && found[0] != null && !found[0].equals(diffId)) {
      violations.add(
          new ContentViolation(
              Kind.DIFF_ID, layer, "", "the config says " + diffId + ", the tar is " + found[0]));
    }
    for (Finding finding : findings.all()) {
      violations.add(
          new ContentViolation(
              Kind.LAYER_FINDING,
              layer,
              finding.entry() < 0 ? "" : "entry " + finding.entry(),
              finding.code() + ", " + finding.message()));
    }
  }

  private void checkPlatform(Descriptor entry) throws IOException {
    Optional<Platform> said = entry.platform();
    if (said.isEmpty()
        || !entry.mediaType().isImageManifest()
        || IndexManifest.isAttestation(entry)) {
      return;
    }
    Platform actual;
    try {
      actual = loader.image(entry, "image " + entry.digest()).platform();
    } catch (ImageException e) {
      // Listed already, or an artifact, which runs nowhere.
      return;
    }
    if (!said.get().os().equals(actual.os())
        || !said.get().architecture().equals(actual.architecture())) {
      violations.add(
          new ContentViolation(
              Kind.PLATFORM, entry, "", "the index says " + said.get() + ", the config " + actual));
    }
  }

  private void visitTheRest() throws IOException {
    for (StoredBlob blob : storage.blobs()) {
      if (visited.add(blob.digest())) {
        Descriptor content = Descriptor.of(MediaType.OCTET_STREAM, blob.digest(), blob.size());
        tryTo(content, Kind.UNSUPPORTED, () -> readThrough(content));
      }
    }
  }

  private void readThrough(Descriptor content) throws IOException {
    try (Progress.Task task = progress.start("Read " + content.digest().shortId(), content.size());
        InputStream in = new MeteredInput(storage.open(content), task)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private void add(Kind kind, Descriptor content, String where, Throwable problem) {
    violations.add(
        new ContentViolation(kind, content, where, String.valueOf(problem.getMessage())));
  }
}
