package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One record as text: words, of which the first is the path and the others are {@code name=value}.
 *
 * <pre>
 * /dev/null disk=REGULAR:0000:1000:1000:1700000000.5:0 special=CHARACTER_DEVICE:1:3 mode=0666
 * </pre>
 *
 * <p>{@code disk} is what the disk says: type, octal mode, user, group, time in seconds, size. What
 * the tree has instead is in {@code special} (kind and device numbers), {@code mode} (octal),
 * {@code owner} (user and group), {@code mtime}, {@code target} beside {@code disk-target}, any
 * number of {@code xattr.NAME}, and {@code group}. Bytes other than visible ASCII, and {@code %},
 * {@code =} and {@code :} within a path, name or value, stand as {@code %XX}.
 */
record SidecarLine(TreePath path, OverrideRecord record) {
  private static final String XATTR = "xattr.";
  private static final String ESCAPED = "%=:";

  static String format(TreePath path, OverrideRecord record) {
    OverrideRecord.Disk disk = record.disk();
    StringBuilder line = new StringBuilder(escape(rooted(path)));
    put(
        line,
        "disk",
        disk.type()
            + ":"
            + octal(disk.mode())
            + ":"
            + disk.uid()
            + ":"
            + disk.gid()
            + ":"
            + seconds(disk.mtime())
            + ":"
            + disk.size());
    put(line, "disk-target", escape(record.diskTarget()));
    OverrideRecord.Special special = record.special();
    put(
        line,
        "special",
        special == null ? null : special.kind() + ":" + special.major() + ":" + special.minor());
    put(line, "mode", record.mode() < 0 ? null : octal(record.mode()));
    put(line, "owner", record.uid() < 0 ? null : record.uid() + ":" + record.gid());
    Instant mtime = record.mtime();
    put(line, "mtime", mtime == null ? null : seconds(mtime));
    put(line, "target", escape(record.target()));
    record.xattrs().forEach((name, value) -> put(line, XATTR + escape(name), escape(value)));
    put(line, "group", record.group() == 0 ? null : Long.toString(record.group()));
    return line.toString();
  }

  /**
   * Reads what {@link #format} writes.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static SidecarLine parse(String line) {
    List<String> words = List.of(line.split(" ", -1));
    TreePath path = TreePath.of(unescape(words.get(0)));
    Map<String, String> fields = new HashMap<>();
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      if (equals < 0 || fields.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("\"" + word + "\" is no field, or a second one");
      }
    }
    return new SidecarLine(path, new Fields(fields).toRecord());
  }

  private static byte[] rooted(TreePath path) {
    byte[] bytes = path.toBytes();
    byte[] rooted = new byte[bytes.length + 1];
    rooted[0] = '/';
    System.arraycopy(bytes, 0, rooted, 1, bytes.length);
    return rooted;
  }

  private static void put(StringBuilder line, String name, @Nullable String value) {
    if (value != null) {
      line.append(' ').append(name).append('=').append(value);
    }
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }

  private static String seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond())
        .add(BigDecimal.valueOf(time.getNano(), 9))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static @Nullable String escape(@Nullable ByteString bytes) {
    return bytes == null ? null : escape(bytes.toBytes());
  }

  private static String escape(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b > ' ' && b < 0x7f && ESCAPED.indexOf(b) < 0) {
        text.append((char) b);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return text.toString();
  }

  private static byte[] unescape(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ascii.length);
    for (int i = 0; i < ascii.length; i++) {
      if (ascii[i] != '%') {
        bytes.write(ascii[i]);
        continue;
      }
      if (i + 3 > ascii.length) {
        throw new IllegalArgumentException("\"" + text + "\" ends within an escape");
      }
      bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
      i += 2;
    }
    return bytes.toByteArray();
  }

  /** The fields of a line while they are taken out one by one. */
  private record Fields(Map<String, String> rest) {
    OverrideRecord toRecord() {
      OverrideRecord record =
          new OverrideRecord(
              disk(),
              bytes("disk-target"),
              special(),
              mode(),
              -1,
              -1,
              time(),
              bytes("target"),
              new TreeMap<>(),
              group());
      record = withOwner(record);
      for (Map.Entry<String, String> field : rest.entrySet()) {
        if (!field.getKey().startsWith(XATTR)) {
          throw new IllegalArgumentException("there is no field " + field.getKey());
        }
        record =
            record.withXattr(
                ByteString.of(unescape(field.getKey().substring(XATTR.length()))),
                ByteString.of(unescape(field.getValue())));
      }
      return record;
    }

    private OverrideRecord.Disk disk() {
      List<String> parts = parts("disk", 6);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("the field disk is missing");
      }
      return new OverrideRecord.Disk(
          FileStatus.Type.valueOf(parts.get(0)),
          mode(parts.get(1)),
          id(parts.get(2)),
          id(parts.get(3)),
          time(parts.get(4)),
          Long.parseLong(parts.get(5)));
    }

    private OverrideRecord.@Nullable Special special() {
      List<String> parts = parts("special", 3);
      if (parts.isEmpty()) {
        return null;
      }
      OverrideRecord.Special special =
          new OverrideRecord.Special(
              Node.Kind.valueOf(parts.get(0)),
              Long.parseLong(parts.get(1)),
              Long.parseLong(parts.get(2)));
      // Fails for a kind that is neither device nor pipe, and for numbers out of range.
      special.toNode(Metadata.forFile());
      return special;
    }

    private int mode() {
      String text = rest.remove("mode");
      return text == null ? -1 : mode(text);
    }

    private OverrideRecord withOwner(OverrideRecord record) {
      List<String> parts = parts("owner", 2);
      return parts.isEmpty() ? record : record.withOwner(id(parts.get(0)), id(parts.get(1)));
    }

    private @Nullable Instant time() {
      String text = rest.remove("mtime");
      return text == null ? null : time(text);
    }

    private @Nullable ByteString bytes(String name) {
      String text = rest.remove(name);
      return text == null ? null : ByteString.of(unescape(text));
    }

    private long group() {
      String text = rest.remove("group");
      return text == null ? 0 : Long.parseLong(text);
    }

    private List<String> parts(String name, int count) {
      String text = rest.remove(name);
      List<String> parts = text == null ? List.of() : List.of(text.split(":", -1));
      if (text != null && parts.size() != count) {
        throw new IllegalArgumentException(name + "=" + text + " has not " + count + " parts");
      }
      return parts;
    }

    private static int mode(String octal) {
      return Metadata.ofMode(Integer.parseInt(octal, 8)).mode();
    }

    private static long id(String text) {
      return Metadata.forFile().withOwner(Long.parseLong(text), 0).uid();
    }

    private static Instant time(String text) {
      BigDecimal time = new BigDecimal(text);
      if (time.precision() > 40 || Math.abs(time.scale()) > 9) {
        throw new IllegalArgumentException(text + " is no time");
      }
      long seconds = time.setScale(0, RoundingMode.FLOOR).longValueExact();
      return Instant.ofEpochSecond(
          seconds, time.subtract(BigDecimal.valueOf(seconds)).movePointRight(9).longValueExact());
    }
  }
}
