package dev.imbrex.image;

import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.ChainId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * An image: a chain of read-only layers and a config, named by the digest of its manifest.
 *
 * <p>An image is a value. It never changes; building on it makes another image. It comes from an
 * {@link ImageStore}, and its layers are read from the storage below that store, so closing the
 * store ends reading from its images, but not asking them what they are. Safe for use by many
 * threads. Two images are equal if their manifests have the same digest.
 *
 * <p>Where it came from is not part of an image but knowledge of the store: {@link
 * ImageStore#parent}.
 */
public final class Image {
  private final Storage storage;
  private final LayerViews views;
  private final Descriptor descriptor;
  private final ImageManifest manifest;
  private final ImageConfig config;
  private final List<Layer> layers;

  /**
   * Puts the parts together; {@link ImageLoader} has checked that they belong together.
   *
   * @param descriptor of the manifest, without annotations
   */
  Image(
      Storage storage,
      LayerViews views,
      Descriptor descriptor,
      ImageManifest manifest,
      ImageConfig config) {
    this.storage = storage;
    this.views = views;
    this.descriptor = descriptor;
    this.manifest = manifest;
    this.config = config;
    List<Layer> stack = new ArrayList<>(manifest.layers().size());
    for (int i = 0; i < manifest.layers().size(); i++) {
      stack.add(Layer.of(storage, manifest.layers().get(i), config.diffIds().get(i)));
    }
    this.layers = List.copyOf(stack);
  }

  /** The digest of the manifest: what a tag stands for and what a registry calls the image. */
  public Digest digest() {
    return descriptor.digest();
  }

  /** The image id: the digest of the config, which Docker calls the image. */
  public Digest id() {
    return manifest.config().digest();
  }

  /** Media type, digest and size of the manifest. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** The manifest, with its original bytes. */
  public ImageManifest manifest() {
    return manifest;
  }

  /** The config, with its original bytes. */
  public ImageConfig config() {
    return config;
  }

  /** What the image runs on, as its config says. */
  public Platform platform() {
    return config.platform();
  }

  /** The layers, lowest first. */
  public List<Layer> layers() {
    return layers;
  }

  /** The identities of the stacks of layers from the lowest up to each one, lowest first. */
  public List<ChainId> chainIds() {
    return ChainId.prefixesOf(config.diffIds());
  }

  /** The sum of the sizes of the layers as stored, in bytes; a layer that recurs counts again. */
  public long storedSize() {
    return layers.stream().mapToLong(Layer::storedSize).sum();
  }

  /** Every piece of content the image consists of: layers from the lowest up, config, manifest. */
  public List<Descriptor> contents() {
    List<Descriptor> contents = new ArrayList<>(manifest.layers());
    contents.add(manifest.config());
    contents.add(descriptor);
    return List.copyOf(contents);
  }

  /** The storage this image is read from; for builders and other stores. */
  public Storage storage() {
    return storage;
  }

  /**
   * The files of the image: all layers applied, from the lowest up (LC-E1). Reads the layers, and
   * verifies them; content is read from them when it is asked for. What layers say is remembered
   * for a while, for all images of the {@link ImageStore} this one is from: asking again reads
   * nothing, and images that share layers share the nodes of their trees.
   *
   * @throws dev.imbrex.manifest.error.DigestMismatchException if a layer is not what it should be
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied
   */
  public FileTree files() throws IOException {
    return views.files(layers);
  }

  /** The files of the image, as {@link #files()}, while telling how far each layer is read. */
  public FileTree files(Progress progress) throws IOException {
    return views.files(layers, progress);
  }

  /**
   * The files of the image, as {@link #files()}. Layers in which there is something to report are
   * read again, and reported, each time.
   *
   * @throws dev.imbrex.manifest.error.LimitExceededException if the image holds too much
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied, or
   *     there is a finding and findings are strict
   */
  public FileTree files(ReadOptions options) throws IOException {
    return asking(options, asked -> views.files(layers, asked));
  }

  /**
   * The files that the lowest layers make, as {@link #files(ReadOptions)}.
   *
   * @param height how many layers, from 0 for none to all
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public FileTree files(int height, ReadOptions options) throws IOException {
    return asking(options, asked -> views.files(layers.subList(0, height), asked));
  }

  /**
   * Writes the files of the image to a directory, as {@link #extractTo(Path, ExtractOptions,
   * ReadOptions)} with default options for reading.
   */
  public ExtractionReport extractTo(Path target, ExtractOptions options) throws IOException {
    return extractTo(target, options, ReadOptions.defaults());
  }

  /**
   * Writes the files of the image to a directory: each file that is visible at the end, once
   * (LC-E2). Each layer is read in one pass, from the top down: its files are written while what it
   * says is found out. A layer is read once more only for files whose place that did not tell, as
   * below a symbolic link of a lower layer, or if what it says was remembered. Every layer has been
   * verified before the directory appears (LC-B78, LC-B79).
   *
   * @param target the directory; it must not exist, or be empty, and its parent must exist
   * @param reading how layers are read; what the disk cannot keep is reported to its findings, too,
   *     and its progress is told of reading and writing
   * @throws dev.imbrex.manifest.error.DigestMismatchException if a layer is not what it should be
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the disk cannot hold a name,
   *     or an owner is not in the id map
   * @throws java.nio.file.FileAlreadyExistsException if there is something at the target
   * @throws IOException if the disk fails; nothing is left behind then
   */
  public ExtractionReport extractTo(Path target, ExtractOptions options, ReadOptions reading)
      throws IOException {
    return asking(
        reading,
        asked -> {
          try (EarlyExtraction extraction = new EarlyExtraction(target, options, asked)) {
            return extraction.write(views.files(layers, asked, extraction));
          }
        });
  }

  /** What a layer says, as {@link #entries(int, ReadOptions)} with the default options. */
  public List<LayerEntry> entries(int layer) throws IOException {
    return entries(layer, ReadOptions.defaults());
  }

  /**
   * What a layer says, whiteouts included; contents are read from it when they are asked for. Reads
   * the layer, and verifies it, unless what it says is remembered.
   *
   * @param layer which layer, counted from 0 for the lowest
   * @throws IndexOutOfBoundsException if there is no such layer
   * @throws dev.imbrex.manifest.error.DigestMismatchException if it is not what it should be
   */
  public List<LayerEntry> entries(int layer, ReadOptions options) throws IOException {
    ReadOptions reading = options.withFindings(options.findings().inLayer(layer));
    return asking(reading, asked -> views.index(layers.get(layer), asked).entries());
  }

  /**
   * Where the files of the image come from, as {@link #provenance(ReadOptions)} with the default
   * options.
   */
  public ImageProvenance provenance() throws IOException {
    return provenance(ReadOptions.defaults());
  }

  /**
   * Where the files of the image come from: which layer provides each path, what was done to it on
   * the way, what each layer weighs and wastes (LC-E14 to LC-E18). Layers are applied one upon
   * another, once; what they say is remembered as for {@link #files()}. The files of eStargz are
   * among the others, whatever the options say of them.
   *
   * @throws dev.imbrex.manifest.error.LimitExceededException if the image holds too much
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied, or
   *     there is a finding and findings are strict
   */
  public ImageProvenance provenance(ReadOptions options) throws IOException {
    return asking(
        options, asked -> ImageProvenance.of(layers, views.indexes(layers, asked), asked));
  }

  /**
   * Reads every layer, and checks what its bytes promise: stored size and digest, and the diffID of
   * the tar inside.
   *
   * @throws dev.imbrex.manifest.error.DigestMismatchException for the first layer that does not fit
   * @throws dev.imbrex.manifest.error.ContentNotFoundException for the first layer that is missing
   */
  public void verify() throws IOException {
    verify(Progress.none());
  }

  /** Reads and checks every layer, as {@link #verify()}, and tells how far that is. */
  public void verify(Progress progress) throws IOException {
    for (Layer layer : new LinkedHashSet<>(layers)) {
      layer.verify(progress);
    }
  }

  private interface Reading<T> {
    T with(ReadOptions asked) throws IOException;
  }

  /** The layers may come from a server that lets one wait. */
  private static <T> T asking(ReadOptions options, Reading<T> reading) throws IOException {
    return Asking.during(
        options.progress(), progress -> reading.with(options.withProgress(progress)));
  }

  LayerViews views() {
    return views;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image that && digest().equals(that.digest());
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }

  /** The digest of the manifest and the platform, for people. */
  @Override
  public String toString() {
    return "image " + digest() + " (" + platform() + ")";
  }
}
