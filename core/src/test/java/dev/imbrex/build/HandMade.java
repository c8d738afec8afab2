package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.LayerCompression;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Layers as our own writer would not write them, from a short notation, each item being a path as
 * an archive has it:
 *
 * <pre>
 * d/        directory, 0755
 * d/f       file of which the content is its name; d/f:text has that text
 * l->t      symbolic link
 * x=d/f     hard link
 * .wh.x     whiteout, as in an archive
 * +900      a PAX header of 900 bytes, which says nothing, for the next item
 * </pre>
 */
public final class HandMade {
  private static final int BLOCK = 512;

  private HandMade() {}

  /** An image for linux/amd64 of these layers, lowest first. */
  @SafeVarargs
  public static Image image(ImageStore store, List<String>... layers) throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
    for (int i = 0; i < layers.length; i++) {
      builder.layer("layer " + i, layer(store, layers[i].toArray(String[]::new)));
    }
    return builder.build();
  }

  /** A layer of these entries, in this order. */
  public static Layer layer(ImageStore store, String... items) throws IOException {
    byte[] tar = tar(items);
    try (BlobWriter blob = store.storage().write(DigestAlgorithm.SHA256)) {
      LayerSummary summary =
          LayerWriter.recompress(new ByteArrayInputStream(tar), Compression.GZIP, blob);
      blob.commit(summary.digest());
      MediaType type = MediaType.OCI_LAYER.findLayerType(LayerCompression.GZIP).orElseThrow();
      Descriptor descriptor = Descriptor.of(type, summary.digest(), summary.size());
      return Layer.of(store.storage(), descriptor, summary.diffId());
    }
  }

  /** A layer of these entries, in this order, which nothing of ours has read before. */
  public static Layer unreadLayer(ImageStore store, String... items) throws IOException {
    byte[] tar = tar(items);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(stored)) {
      gzip.write(tar);
    }
    Digest digest = Digest.sha256(stored.toByteArray());
    try (BlobWriter blob = store.storage().write(DigestAlgorithm.SHA256)) {
      blob.write(stored.toByteArray());
      blob.commit(digest);
    }
    MediaType type = MediaType.OCI_LAYER.findLayerType(LayerCompression.GZIP).orElseThrow();
    Descriptor descriptor = Descriptor.of(type, digest, stored.size());
    return Layer.of(store.storage(), descriptor, new DiffId(Digest.sha256(tar)));
  }

  private static byte[] tar(String... items) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (String item : items) {
      write(item, tar);
    }
    tar.write(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static void write(String item, ByteArrayOutputStream tar) throws IOException {
    int arrow = item.indexOf("->");
    int equals = item.indexOf('=');
    int colon = item.indexOf(':');
    if (item.startsWith("+")) {
      int size = Integer.parseInt(item.substring(1));
      String start = size + " comment=";
      String record = start + "c".repeat(size - start.length() - 1) + "\n";
      tar.write(header("pax", 'x', "", size));
      writeData(record.getBytes(ISO_8859_1), tar);
    } else if (arrow >= 0) {
      tar.write(header(item.substring(0, arrow), '2', item.substring(arrow + 2), 0));
    } else if (equals >= 0) {
      tar.write(header(item.substring(0, equals), '1', item.substring(equals + 1), 0));
    } else if (item.endsWith("/")) {
      tar.write(header(item, '5', "", 0));
    } else {
      String name = colon >= 0 ? item.substring(0, colon) : item;
      byte[] text = (colon >= 0 ? item.substring(colon + 1) : name).getBytes(UTF_8);
      byte[] data = name.contains(".wh.") && !name.contains("plnk") ? new byte[0] : text;
      tar.write(header(name, '0', "", data.length));
      writeData(data, tar);
    }
  }

  private static void writeData(byte[] data, ByteArrayOutputStream tar) throws IOException {
    tar.write(data);
    tar.write(new byte[-data.length & (BLOCK - 1)]);
  }

  private static byte[] header(String name, char type, String target, int size) {
    StringBuilder header = new StringBuilder();
    field(header, name, 100);
    field(header, type == '5' ? "0000755" : "0000644", 8);
    field(header, "0000000", 8);
    field(header, "0000000", 8);
    field(header, "%011o".formatted(size), 12);
    field(header, "00000000000", 12);
    field(header, "        ", 8);
    field(header, "" + type, 1);
    field(header, target, 100);
    field(header, "ustar\0" + "00", 8);
    field(header, "", BLOCK - header.length());
    int sum = header.chars().sum();
    header.replace(148, 156, "%06o\0 ".formatted(sum));
    return header.toString().getBytes(ISO_8859_1);
  }

  private static void field(StringBuilder header, String value, int length) {
    if (value.length() > length) {
      throw new IllegalArgumentException(value + " is too long");
    }
    header.append(value).append("\0".repeat(length - value.length()));
  }
}
