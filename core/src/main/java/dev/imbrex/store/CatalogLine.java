package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One line of a {@link CatalogJournal}: a kind, its fields, and a checksum, with tabs between. No
 * field can hold a tab or a line end.
 */
final class CatalogLine {
  private static final String FORMAT = "imbrex-catalog 1 ";
  static final int HEADER_LENGTH = FORMAT.length() + 36;

  private static final String IMAGE = "image";
  private static final String FORGET = "forget";
  private static final String LAYER = "layer";
  private static final String NONE = "-";

  private CatalogLine() {}

  /** The first line: the format, and a name that tells this file from one written anew. */
  static String header(UUID name) {
    return FORMAT + name;
  }

  static boolean isHeader(String line) {
    return line.length() == HEADER_LENGTH && line.startsWith(FORMAT);
  }

  /** A step is a field more, so that what is known without one reads as it always has. */
  static String of(ImageRecord record) {
    String step = record.step().map(digest -> '\t' + digest.toString()).orElse("");
    return checked(
        String.join(
            "\t",
            IMAGE,
            record.image().digest().toString(),
            Long.toString(record.image().size()),
            record.image().mediaType().toString(),
            record.id().toString(),
            record.parent().map(Digest::toString).orElse(NONE),
            record.builtLocally() ? "built" : NONE,
            record.lastUsed().toString() + step));
  }

  static String forgetting(Digest image) {
    return checked(FORGET + '\t' + image);
  }

  static String of(DiffId layer, LayerSizes sizes) {
    return checked(LAYER + '\t' + layer + '\t' + sizes.content() + '\t' + sizes.tar());
  }

  /** Does what a line says; nothing if it is damaged or of a kind from the future. */
  static void apply(String line, MemoryCatalog catalog) {
    int end = line.lastIndexOf('\t');
    if (end < 0 || !line.substring(end + 1).equals(checksum(line.substring(0, end)))) {
      return;
    }
    String[] fields = line.substring(0, end).split("\t", -1);
    try {
      apply(fields, catalog);
    } catch (IllegalArgumentException | DateTimeException e) {
      // The checksum holds, but no version of ours wrote this: not to be trusted either.
      return;
    }
  }

  private static void apply(String[] fields, MemoryCatalog catalog) {
    if (fields[0].equals(IMAGE) && (fields.length == 8 || fields.length == 9)) {
      catalog.record(List.of(image(fields)));
    } else if (fields[0].equals(FORGET) && fields.length == 2) {
      catalog.forget(List.of(Digest.parse(fields[1])));
    } else if (fields[0].equals(LAYER) && fields.length == 4) {
      catalog.recordLayers(
          Map.of(
              DiffId.parse(fields[1]),
              new LayerSizes(Long.parseLong(fields[2]), Long.parseLong(fields[3]))));
    }
  }

  private static ImageRecord image(String[] fields) {
    return new ImageRecord(
        Descriptor.of(
            MediaType.parse(fields[3]), Digest.parse(fields[1]), Long.parseLong(fields[2])),
        Digest.parse(fields[4]),
        fields[5].equals(NONE) ? Optional.empty() : Optional.of(Digest.parse(fields[5])),
        fields[6].equals("built"),
        Instant.parse(fields[7]),
        fields.length == 8 ? Optional.empty() : Optional.of(Digest.parse(fields[8])));
  }

  private static String checked(String line) {
    return line + '\t' + checksum(line);
  }

  private static String checksum(String line) {
    CRC32C crc = new CRC32C();
    crc.update(line.getBytes(UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
