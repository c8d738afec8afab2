package dev.imbrex.image;

import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.LayerCompression;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.ManifestConversion;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Copies images and indexes between any two storages. Only what is missing in the target moves;
 * content that leads to other content comes after it, and names come last, so that nothing in the
 * target ever leads to something that is not there (SN-G23, SN-M14).
 *
 * <pre>{@code
 * TransferReport report =
 *     Transfer.between(source, target).copy("app:1.0", TransferOptions.defaults());
 * }</pre>
 *
 * <p>Blobs are copied several at a time. Every byte is digested once: where the target takes it in.
 * A copy that failed has left whole blobs, and the next one finds them. The same blob is brought by
 * one thread only, also if several copies by this object want it.
 *
 * <p>{@link ImageStore#add(Image)} is the short way for one image. Safe for use by many threads;
 * closes neither storage.
 */
public final class Transfer {
  private final Storage source;
  private final Storage target;
  private final Flights flights;

  Transfer(Storage source, Storage target, Flights flights) {
    this.source = source;
    this.target = target;
    this.flights = flights;
  }

  /** Between two storages, which must stay open. */
  public static Transfer between(Storage source, Storage target) {
    return new Transfer(
        Objects.requireNonNull(source), Objects.requireNonNull(target), new Flights());
  }

  /**
   * Copies what a name stands for in the source, and lets the same name stand for it in the target.
   *
   * @param name a name as the source has it
   * @throws ContentNotFoundException if the source has no such name
   */
  public TransferReport copy(String name, TransferOptions options) throws IOException {
    Descriptor root =
        source
            .resolve(name)
            .orElseThrow(
                () -> new ContentNotFoundException("No image \"" + name + "\" in " + source));
    return copy(root, options, name);
  }

  /**
   * Copies a manifest, an index or other content with all that it leads to.
   *
   * @param root what to copy; its annotations count for nothing
   * @param names what it is called in the target, as storages keep names; none leaves it without
   * @throws ContentNotFoundException if content is missing in the source that must not be
   * @throws DigestMismatchException if content of the source is not what its descriptor promises
   * @throws dev.imbrex.manifest.error.NoMatchingPlatformException if there is no image for a wanted
   *     platform
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the target takes nothing in,
   *     or something cannot be converted
   */
  public TransferReport copy(Descriptor root, TransferOptions options, String... names)
      throws IOException {
    return asking(
        options,
        asked -> {
          TransferPlan plan = new TransferPlan(source, asked);
          plan.add(root);
          return copy(plan, Map.of(root, List.of(names)), asked);
        });
  }

  /**
   * Copies everything that stands in the entries of the source, with its names. Names move in the
   * target; what they stood for is in the report (SN-S21).
   *
   * <p>If platforms are wanted, images and indexes that have nothing for them are passed over, with
   * their names, and are among what the report says was left out; content that is no image comes
   * along. The report has no roots if nothing fits.
   */
  public TransferReport copyAll(TransferOptions options) throws IOException {
    return asking(options, this::copyAllAsked);
  }

  private TransferReport copyAllAsked(TransferOptions options) throws IOException {
    Map<Descriptor, List<String>> roots = new LinkedHashMap<>();
    Map<Digest, Descriptor> known = new HashMap<>();
    for (StorageEntry entry : source.entries()) {
      Descriptor root =
          known.computeIfAbsent(entry.target().digest(), d -> ImageLoader.identity(entry.target()));
      List<String> names = roots.computeIfAbsent(root, r -> new ArrayList<>());
      entry.name().ifPresent(names::add);
    }
    TransferPlan plan = new TransferPlan(source, options);
    for (Descriptor root : List.copyOf(roots.keySet())) {
      if (!plan.addIfWanted(root)) {
        roots.remove(root);
      }
    }
    return copy(plan, roots, options);
  }

  private interface Asked {
    TransferReport run(TransferOptions asked) throws IOException;
  }

  /** With a parallelism of 1 there is no thread but the caller's. */
  private static TransferReport asking(TransferOptions options, Asked copy) throws IOException {
    return options.parallelism() == 1
        ? copy.run(options)
        : Asking.during(options.progress(), progress -> copy.run(options.withProgress(progress)));
  }

  @SuppressWarnings("try") // The lease is held, not used.
  private TransferReport copy(
      TransferPlan plan, Map<Descriptor, List<String>> roots, TransferOptions options)
      throws IOException {
    try (Lease lease = target.lease()) {
      return new Copy(plan, options).run(roots);
    }
  }

  /** One copy. */
  private final class Copy {
    private final TransferPlan plan;
    private final TransferOptions options;
    private final Workers workers;
    private final Map<Digest, Descriptor> replaced = new ConcurrentHashMap<>();
    private final Map<Digest, Manifest> documents = new HashMap<>();
    private final ConcurrentLinkedQueue<Descriptor> copied = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Descriptor> present = new ConcurrentLinkedQueue<>();
    private final Map<Digest, Digest> changed = new LinkedHashMap<>();

    Copy(TransferPlan plan, TransferOptions options) {
      this.plan = plan;
      this.options = options;
      this.workers = new Workers(options.executor().orElse(null));
    }

    TransferReport run(Map<Descriptor, List<String>> roots) throws IOException {
      List<Workers.Job> jobs = new ArrayList<>();
      for (Descriptor blob : plan.blobs()) {
        jobs.add(isToCompress(blob) ? () -> compress(blob) : () -> copy(blob));
      }
      workers.run(jobs, options.parallelism());
      for (TransferPlan.Node node : plan.documents()) {
        copy(node);
      }
      List<Descriptor> copiedRoots = new ArrayList<>();
      List<TagUpdate> tags = new ArrayList<>();
      for (Map.Entry<Descriptor, List<String>> root : roots.entrySet()) {
        Descriptor now = now(ImageLoader.identity(root.getKey()));
        copiedRoots.add(now);
        root.getValue().forEach(name -> tags.add(TagUpdate.set(name, now)));
      }
      List<TagResult> results = tags.isEmpty() ? List.of() : target.tag(tags);
      return new TransferReport(
          copiedRoots,
          List.copyOf(copied),
          List.copyOf(present),
          List.copyOf(plan.leftOut()),
          changed,
          results);
    }

    private void copy(Descriptor content) throws IOException {
      flights.run(
          content.digest(),
          () -> {
            SourceView view = new SourceView(source, options.progress(), workers);
            try (Closeable task = view.task()) {
              Objects.requireNonNull(task);
              target.copyFrom(view, content);
            } catch (DigestMismatchException e) {
              // The target saw only a stream; people want to know whose.
              throw new DigestMismatchException(
                  content + " of " + source + ", on its way to " + target,
                  e.expected(),
                  e.actual());
            }
            (view.wasRead() ? copied : present).add(content);
          });
    }

    private boolean isToCompress(Descriptor blob) {
      return options.compression().isPresent()
          && !blob.mediaType().isNondistributable()
          && blob.mediaType()
              .findLayerCompression()
              .filter(stored -> stored != wantedCompression())
              .isPresent();
    }

    private LayerCompression wantedCompression() {
      return switch (options.compression().orElseThrow().compression()) {
        case NONE -> LayerCompression.NONE;
        case GZIP -> LayerCompression.GZIP;
        case ZSTD -> LayerCompression.ZSTD;
        case BZIP2, XZ -> throw new AssertionError(options.compression());
      };
    }

    /** The tar inside stays byte by byte, so the diffID does too (SN-M13, LC-D14). */
    private void compress(Descriptor layer) throws IOException {
      CompressionOptions wanted = options.compression().orElseThrow();
      LayerSummary[] own = new LayerSummary[1];
      Optional<LayerSummary> others =
          flights.join(layer.digest(), wanted, () -> own[0] = recompress(layer, wanted));
      LayerSummary summary = others.orElse(own[0]);
      requireDiffId(layer, summary);
      MediaType type =
          (layer.mediaType().isDocker() && wantedCompression() == LayerCompression.ZSTD
                  ? MediaType.OCI_LAYER
                  : layer.mediaType())
              .findLayerType(wantedCompression())
              .orElseThrow();
      Descriptor compressed = layer.withContent(type, summary.digest(), summary.size());
      replaced.put(layer.digest(), compressed);
      (others.isPresent() ? present : copied).add(compressed);
    }

    private LayerSummary recompress(Descriptor layer, CompressionOptions wanted)
        throws IOException {
      SourceView view = new SourceView(source, options.progress(), workers);
      try (Closeable task = view.task();
          InputStream in = view.open(layer);
          BlobWriter out = target.write(DigestAlgorithm.SHA256)) {
        Objects.requireNonNull(task);
        LayerSummary summary =
            LayerWriter.recompress(in, wanted, LayerLimits.defaults(), Findings.tolerant(), out);
        // What stands behind the tar is verified, too, before anything shows.
        in.transferTo(OutputStream.nullOutputStream());
        requireDiffId(layer, summary);
        out.commit(summary.digest());
        return summary;
      }
    }

    /** The bytes of the tar passed by, so what configs say of them is checked, too. */
    private void requireDiffId(Descriptor layer, LayerSummary summary)
        throws DigestMismatchException {
      for (DiffId expected : plan.diffIds(layer)) {
        if (!expected.equals(summary.diffId())) {
          throw new DigestMismatchException(
              "The tar in layer " + layer.digest() + " of " + source,
              expected.toString(),
              summary.diffId().toString());
        }
      }
    }

    /** The document was read to find what it names, and need not be read again. */
    private void copy(TransferPlan.Node node) throws IOException {
      Manifest before = node.manifest();
      Manifest after = rewritten(node, about(before));
      documents.put(before.digest(), after);
      boolean isHere = target.exists(after.descriptor());
      target.put(after.descriptor(), new ByteArrayInputStream(after.bytes()));
      (isHere ? present : copied).add(after.descriptor());
      if (!after.digest().equals(before.digest())) {
        changed.put(before.digest(), after.digest());
      }
    }

    /** The document with the subject it has in the target. */
    private Manifest about(Manifest document) throws UnsupportedContentException {
      Optional<Descriptor> subject = document.subject();
      Optional<Manifest> now = subject.map(s -> documents.get(s.digest()));
      if (now.isEmpty() || now.get().digest().equals(subject.orElseThrow().digest())) {
        return document;
      }
      return switch (options.subjects()) {
        case KEEP -> document;
        case FOLLOW -> document.withSubject(moved(subject.get(), now.get()));
        case REFUSE ->
            throw new UnsupportedContentException(
                document.digest()
                    + " is about "
                    + subject.get().digest()
                    + ", which becomes "
                    + now.get().digest()
                    + " on its way to "
                    + target);
      };
    }

    private static Descriptor moved(Descriptor reference, Manifest now) {
      return reference.withContent(now.mediaType(), now.digest(), now.size());
    }

    private Manifest rewritten(TransferPlan.Node node, Manifest document) throws IOException {
      return document instanceof ImageManifest image
          ? rewritten(image)
          : rewritten((IndexManifest) document, node);
    }

    private ImageManifest rewritten(ImageManifest image) throws IOException {
      List<Descriptor> layers = new ArrayList<>(image.layers().size());
      for (Descriptor layer : image.layers()) {
        Descriptor compressed = replaced.get(layer.digest());
        if (compressed == null) {
          layers.add(layer);
        } else {
          layers.add(
              layer.withContent(compressed.mediaType(), compressed.digest(), compressed.size()));
          changed.put(layer.digest(), compressed.digest());
        }
      }
      ImageManifest after = layers.equals(image.layers()) ? image : image.withLayers(layers);
      // Artifacts have no other form.
      if (!image.hasImageConfig()) {
        return after;
      }
      return switch (options.format()) {
        case AS_IS -> after;
        case OCI -> ManifestConversion.toOci(after);
        case DOCKER -> ManifestConversion.toDocker(after, options.losses());
      };
    }

    private IndexManifest rewritten(IndexManifest index, TransferPlan.Node node)
        throws IOException {
      IndexManifest after = index;
      if (!options.platforms().isEmpty() && !options.isSparse() && !node.isWhole()) {
        after = index.withManifests(node.kept());
      }
      if (options.format() != TransferOptions.Format.AS_IS) {
        after = convertible(after);
      }
      after = attesting(after);
      Map<Digest, Manifest> others = new HashMap<>();
      for (Descriptor entry : after.manifests()) {
        Manifest now = documents.get(entry.digest());
        if (now != null && !now.digest().equals(entry.digest())) {
          others.put(entry.digest(), now);
        }
      }
      return switch (options.format()) {
        case OCI -> ManifestConversion.toOci(after, others);
        case DOCKER -> ManifestConversion.toDocker(after, others, options.losses());
        case AS_IS -> others.isEmpty() ? after : after.withManifests(pointedAt(after, others));
      };
    }

    /** The index, whose attestations name what they are about as it is now (SN-M10). */
    private IndexManifest attesting(IndexManifest index) {
      List<Descriptor> entries = new ArrayList<>();
      for (Descriptor entry : index.manifests()) {
        String about = entry.annotations().get(TransferPlan.ATTESTED);
        Optional<String> now =
            changed.entrySet().stream()
                .filter(change -> change.getKey().toString().equals(about))
                .map(change -> change.getValue().toString())
                .findFirst();
        entries.add(now.isEmpty() ? entry : entry.withAnnotation(TransferPlan.ATTESTED, now.get()));
      }
      return entries.equals(index.manifests()) ? index : index.withManifests(entries);
    }

    /** The index without what cannot follow it, as far as that may be lost. */
    private IndexManifest convertible(IndexManifest index) throws UnsupportedContentException {
      List<Descriptor> entries = new ArrayList<>();
      for (Descriptor entry : index.manifests()) {
        Manifest now = documents.get(entry.digest());
        if (now == null && entry.mediaType().isManifest()) {
          throw new UnsupportedContentException(
              "Index "
                  + index.digest()
                  + " cannot be converted, for it names "
                  + entry.digest()
                  + ", which is not in "
                  + source
                  + "; choose the platforms that are");
        }
        boolean isArtifact =
            options.format() == TransferOptions.Format.DOCKER
                && now != null
                && !now.mediaType().isDocker();
        if (isArtifact && options.losses() == ManifestConversion.Losses.REFUSE) {
          throw new UnsupportedContentException(
              "Index "
                  + index.digest()
                  + " cannot become a Docker document without losing "
                  + entry.digest()
                  + ", which is no image");
        }
        if (!isArtifact) {
          entries.add(entry);
        }
      }
      return entries.size() == index.manifests().size() ? index : index.withManifests(entries);
    }

    private List<Descriptor> pointedAt(IndexManifest index, Map<Digest, Manifest> others) {
      List<Descriptor> entries = new ArrayList<>();
      for (Descriptor entry : index.manifests()) {
        Manifest now = others.get(entry.digest());
        entries.add(now == null ? entry : moved(entry, now));
      }
      return entries;
    }

    private Descriptor now(Descriptor root) {
      Optional<Manifest> document = Optional.ofNullable(documents.get(root.digest()));
      return document
          .filter(now -> !now.digest().equals(root.digest()))
          .map(Manifest::descriptor)
          .orElse(root);
    }
  }
}
