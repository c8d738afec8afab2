package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Changes archives as one who knows the format would to mislead a reader: fields with a checksum
 * that fits, records, blocks put elsewhere; and single bytes, as a broken disk would.
 */
final class TarMutation {
  private static final int BLOCK = 512;

  /** Where each field of a header begins and how long it is; two lie one upon the other. */
  private static final int[][] FIELDS = {
    {0, 100}, {100, 8}, {108, 8}, {116, 8}, {124, 12}, {136, 12}, {156, 1}, {157, 100}, {257, 6},
    {257, 8}, {263, 2}, {265, 32}, {297, 32}, {329, 8}, {337, 8}, {345, 155}, {345, 12}, {357, 12},
    {386, 12}, {398, 12}, {410, 12}, {482, 1}, {483, 12}, {508, 4},
  };

  private static final String[] NUMBERS = {
    "0",
    "1",
    "7",
    "777",
    "1000",
    "1001",
    "7777777",
    "77777777777",
    "10000000",
    "-1",
    " 12 ",
    "8",
    "",
    "00000000012",
    "37777777777",
    "40000000000",
    "777777777777777777777",
  };

  private static final long[] BINARIES = {
    0, 1, -1, 511, 512, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, -512,
  };

  private static final String[] MAGICS = {
    "ustar\00000", "ustar  \0", "ustar\0", "tar\0", "\0\0\0\0\0\0\0\0",
  };

  private static final String[] NAMES = {
    "",
    ".",
    "/",
    "..",
    "../x",
    "a/../../x",
    "/abs",
    "a",
    "d",
    "d/",
    "d/a",
    "d/a/below",
    "link/x",
    "way/in",
    "keep/lower",
    "keep/",
    ".wh.a",
    "d/.wh.a",
    ".wh.",
    ".wh..",
    ".wh...",
    ".wh..wh..opq",
    "d/.wh..wh..opq",
    ".wh..wh.plnk/3",
    ".wh.x/y",
    "x//y",
    "./d/./a",
    "d/a/",
    "\u00ff",
    "a\nb",
    "loop/x",
    "c:\\x",
    "CON",
    "name:stream",
  };

  private static final String[] KEYS = {
    "path",
    "linkpath",
    "size",
    "uid",
    "gid",
    "mtime",
    "atime",
    "hdrcharset",
    "uname",
    "comment",
    "SCHILY.xattr.user.a",
    "SCHILY.xattr.",
    "SCHILY.xattr.security.capability",
    "SCHILY.xattr.trusted.overlay.opaque",
    "LIBARCHIVE.xattr.user.a",
    "LIBARCHIVE.xattr.user.%41",
    "SCHILY.devmajor",
    "SCHILY.devminor",
    "SCHILY.realsize",
    "GNU.sparse.major",
    "GNU.sparse.minor",
    "GNU.sparse.name",
    "GNU.sparse.size",
    "GNU.sparse.realsize",
    "GNU.sparse.map",
    "GNU.sparse.numblocks",
    "GNU.sparse.offset",
    "GNU.sparse.numbytes",
    "MSWINDOWS.rawsd",
    "LIBARCHIVE.creationtime",
    "",
    "\0",
  };

  private static final String[] VALUES = {
    "",
    "0",
    "1",
    "5",
    "10",
    "512",
    "4096",
    "4294967294",
    "4294967295",
    "4294967296",
    "-1",
    "+1",
    "1.5",
    "-0.000000001",
    "1e9",
    "99999999999999999999",
    "9223372036854775807",
    "8589934592",
    "0,5",
    "2,2,7,1",
    "0,1,2",
    "dg",
    "dg==",
    "d",
    "x\0y",
    "007",
    "BINARY",
  };

  private final Random random;

  TarMutation(Random random) {
    this.random = random;
  }

  /** A changed copy, made in one to four steps. */
  byte[] of(byte[] archive, byte[] other) {
    byte[] changed = archive.clone();
    for (int steps = 1 + random.nextInt(1 + random.nextInt(4)); steps > 0; steps--) {
      changed = step(changed, other);
    }
    return changed;
  }

  private byte[] step(byte[] tar, byte[] other) {
    if (tar.length < BLOCK) {
      return other.clone();
    }
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> field(tar);
      case 4, 5 -> type(tar);
      case 6, 7 -> insert(tar, extension());
      case 8 -> records(tar);
      case 9 -> insert(tar, longName());
      case 10 -> Arrays.copyOf(tar, random.nextInt(tar.length));
      case 11 -> splice(tar, other);
      case 12 -> duplicate(tar);
      case 13 -> swap(tar);
      case 14 -> insert(tar, new byte[BLOCK * (1 + random.nextInt(2))]);
      default -> bytes(tar, 1 + random.nextInt(3));
    };
  }

  /** Flips, sets or adds to some bytes anywhere. */
  byte[] bytes(byte[] tar, int count) {
    byte[] changed = tar.clone();
    for (int i = 0; i < count && changed.length > 0; i++) {
      int at = random.nextInt(changed.length);
      changed[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) random.nextInt(256);
            default -> (byte) (changed[at] + 1);
          };
    }
    return changed;
  }

  private byte[] field(byte[] tar) {
    int header = header(tar);
    int[] field = FIELDS[random.nextInt(FIELDS.length)];
    byte[] changed = tar.clone();
    byte[] value = new byte[field[1]];
    byte[] text = value(field[1]);
    System.arraycopy(text, 0, value, 0, Math.min(text.length, value.length));
    System.arraycopy(value, 0, changed, header + field[0], value.length);
    return random.nextInt(20) == 0 ? changed : withChecksum(changed, header);
  }

  private byte[] value(int length) {
    String text =
        switch (random.nextInt(6)) {
          case 0 -> TarCorpus.base256(length, random.nextLong());
          case 1 -> TarCorpus.base256(length, BINARIES[random.nextInt(BINARIES.length)]);
          case 2 -> NAMES[random.nextInt(NAMES.length)];
          case 3 -> "n".repeat(length);
          case 4 -> MAGICS[random.nextInt(MAGICS.length)];
          default -> digits(length);
        };
    return latin1(text);
  }

  private String digits(int length) {
    String digits = NUMBERS[random.nextInt(NUMBERS.length)];
    int zeros = Math.max(0, length - 1 - digits.length());
    return random.nextBoolean() ? digits : "0".repeat(zeros) + digits;
  }

  private byte[] type(byte[] tar) {
    int header = header(tar);
    byte[] changed = tar.clone();
    String types = "\00001234567LKSxgDMNV";
    changed[header + 156] = (byte) types.charAt(random.nextInt(types.length()));
    return withChecksum(changed, header);
  }

  /** Puts other records into the first extended header, in the room it has. */
  private byte[] records(byte[] tar) {
    for (int at = header(tar); at + 2 * BLOCK <= tar.length; at += BLOCK) {
      if (tar[at + 156] == 'x' || tar[at + 156] == 'g') {
        byte[] records = latin1(someRecords());
        byte[] changed = tar.clone();
        int length = Math.min(records.length, BLOCK);
        System.arraycopy(records, 0, changed, at + BLOCK, length);
        byte[] size = latin1(String.format("%011o\0", records.length));
        System.arraycopy(size, 0, changed, at + 124, size.length);
        return withChecksum(changed, at);
      }
    }
    return insert(tar, extension());
  }

  private byte[] extension() {
    return Blocks.tar().paxText(random.nextInt(8) == 0 ? 'g' : 'x', someRecords()).bytes();
  }

  private String someRecords() {
    StringBuilder records = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      String key = KEYS[random.nextInt(KEYS.length)];
      String value =
          random.nextInt(3) == 0
              ? NAMES[random.nextInt(NAMES.length)]
              : VALUES[random.nextInt(VALUES.length)];
      records.append(Blocks.record(key, value));
    }
    if (random.nextInt(6) == 0) {
      records.setCharAt(random.nextInt(records.length()), (char) random.nextInt(256));
    }
    return records.toString();
  }

  private byte[] longName() {
    String name = NAMES[random.nextInt(NAMES.length)];
    String repeated = random.nextInt(4) == 0 ? name.repeat(1 + random.nextInt(300)) : name;
    return Blocks.tar().gnuLong(random.nextBoolean() ? 'L' : 'K', repeated + "\0").bytes();
  }

  private byte[] splice(byte[] tar, byte[] other) {
    int from = block(other);
    return join(Arrays.copyOf(tar, block(tar)), Arrays.copyOfRange(other, from, other.length));
  }

  private byte[] duplicate(byte[] tar) {
    int from = block(tar);
    int to = Math.min(tar.length, from + BLOCK * (1 + random.nextInt(4)));
    return insert(tar, Arrays.copyOfRange(tar, from, to));
  }

  private byte[] swap(byte[] tar) {
    byte[] changed = tar.clone();
    int a = block(tar);
    int b = block(tar);
    int length = Math.min(BLOCK, tar.length - Math.max(a, b));
    System.arraycopy(tar, a, changed, b, length);
    System.arraycopy(tar, b, changed, a, length);
    return changed;
  }

  /** Puts blocks before some header, most often, or before any block. */
  private byte[] insert(byte[] tar, byte[] blocks) {
    int at = random.nextInt(4) == 0 ? block(tar) : header(tar);
    return join(join(Arrays.copyOf(tar, at), blocks), Arrays.copyOfRange(tar, at, tar.length));
  }

  private int block(byte[] tar) {
    return BLOCK * random.nextInt(Math.max(1, tar.length / BLOCK));
  }

  /** Some block that is a header by its checksum; the first one if none is. */
  private int header(byte[] tar) {
    List<Integer> headers = new ArrayList<>();
    for (int at = 0; at + BLOCK <= tar.length; at += BLOCK) {
      if (tar[at] != 0 && Arrays.equals(checksum(tar, at), 0, 6, tar, at + 148, at + 154)) {
        headers.add(at);
      }
    }
    return headers.isEmpty() ? 0 : headers.get(random.nextInt(headers.size()));
  }

  /** Gives the header at this place the checksum that it should have. */
  static byte[] withChecksum(byte[] changed, int header) {
    System.arraycopy(checksum(changed, header), 0, changed, header + 148, 8);
    return changed;
  }

  private static byte[] checksum(byte[] tar, int header) {
    int sum = 8 * ' ';
    for (int i = header; i < header + BLOCK; i++) {
      sum += i < header + 148 || i >= header + 156 ? tar[i] & 0xff : 0;
    }
    byte[] digits = {0, 0, 0, 0, 0, 0, 0, ' '};
    for (int i = 5; i >= 0; i--) {
      digits[i] = (byte) ('0' + (sum & 7));
      sum >>= 3;
    }
    return digits;
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream(first.length + second.length);
    joined.writeBytes(first);
    joined.writeBytes(second);
    return joined.toByteArray();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
