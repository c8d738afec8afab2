package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.imbrex.layers.testing.Peers;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LC-B11 to LC-B25, LC-C7: of tampered archives, the reader sees what Go's archive/tar sees, by
 * which the common engines read; or it refuses them for a reason that is written down. Needs {@code
 * go}, without which it is skipped.
 */
class GoTarIT {
  private static final int CASES = Integer.getInteger("imbrex.cases", 3000);
  private static final int MOST = 1 << 20;
  private static final List<byte[]> CORPUS = TarCorpus.archives();

  /** Why we refuse what Go reads, and by which case. */
  private static final Map<String, Pattern> REASONS = reasons();

  private static Map<String, Pattern> reasons() {
    Map<String, Pattern> reasons = new TreeMap<>();
    add(reasons, "LC-B8", "the archive ends (after|within) an extended header");
    add(reasons, "LC-B12", "the name of a file with data ends in a slash");
    add(reasons, "LC-B16", "a global header stands between an entry's headers");
    add(reasons, "LC-B17", "the headers of the entry have two different (names|targets)");
    add(reasons, "LC-B18", "the (mode|uid|gid|size) is negative|the owner \\d+ is too large");
    add(reasons, "LC-B18, of records", "the record (uid|gid|size) is not a decimal number");
    add(reasons, "LC-B19", "the device number -?\\d+ is too large|the device number is negative");
    add(reasons, "LC-B20", "the time (-?\\d+ )?is out of range");
    add(reasons, "LC-B21", "the type flag is unknown");
    add(reasons, "LC-B25", "the (value|name) of an extended attribute is not|has no proper name");
    add(reasons, "LC-B26", "climbs above the root");
    add(reasons, "LC-B27", "the root cannot be");
    add(reasons, "LC-B28", "(name|path) is longer than|holds a NUL byte");
    add(reasons, "LC-B39, LC-B42", "a whiteout must name|cannot have a name starting with .wh.");
    add(reasons, "LC-C7", "(record|version|segment|map)s? .*sparse|two different device numbers");
    add(reasons, "LC-C7, of devices", "the record SCHILY.dev(major|minor) ");
    add(reasons, "LC-C34", "the target of a symbolic link has|a hard link has no target");
    return reasons;
  }

  private static void add(Map<String, Pattern> reasons, String cases, String message) {
    reasons.put(cases, Pattern.compile(message));
  }

  /** How many archives came to what. */
  private final Map<String, Integer> seen = new TreeMap<>();

  @Test
  void seesWhatGoSees(@TempDir Path directory) throws IOException {
    Peers go = Peers.useIfThere("go", "version", "go1");
    Path program = directory.resolve("describe.go");
    try (InputStream source = getClass().getResourceAsStream("describe.go")) {
      Files.copy(requireNonNull(source), program);
    }
    go.run(directory, "build", "-o", "describe", program.toString());

    Long wanted = Long.getLong("imbrex.seed");
    long first = wanted == null ? 1 : wanted;
    long last = wanted == null ? CASES : wanted;
    Path archives = directory.resolve("archives");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(archives)))) {
      for (long seed = first; seed <= last; seed++) {
        byte[] archive = archive(seed);
        out.writeInt(archive.length);
        out.write(archive);
      }
    }
    Peers describe = Peers.at(directory.resolve("describe"));
    Deque<String> theirs =
        new ArrayDeque<>(describe.run(directory, archives.toString()).lines().toList());
    for (long seed = first; seed <= last; seed++) {
      compare(seed, ours(archive(seed)), next(theirs));
    }
    assertThat(theirs).isEmpty();
    if (wanted == null) {
      assertThat(seen.get("same")).isGreaterThan(CASES / 5);
      assertThat(seen.get("refused by both")).isGreaterThan(CASES / 5);
      assertThat(seen.get("refused by us")).isGreaterThan(CASES / 50);
    }
  }

  private static byte[] archive(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    byte[] one = CORPUS.get(random.nextInt(CORPUS.size()));
    return new TarMutation(random).of(one, CORPUS.get(random.nextInt(CORPUS.size())));
  }

  /** The lines about one archive, the last of which says how it ended. */
  private static List<String> next(Deque<String> lines) {
    List<String> taken = new ArrayList<>();
    do {
      taken.add(lines.remove());
    } while (taken.get(taken.size() - 1).startsWith("entry "));
    return taken;
  }

  private void compare(long seed, List<String> ours, List<String> theirs) {
    String what = "-Dimbrex.seed=" + seed;
    int entries = Math.min(ours.size(), theirs.size()) - 1;
    for (int i = 0; i < entries; i++) {
      assertThat(comparable(ours.get(i), theirs.get(i))).as(what).isEqualTo(theirs.get(i));
    }
    String our = ours.get(ours.size() - 1);
    String their = theirs.get(theirs.size() - 1);
    if (our.equals("large") || their.equals("large")) {
      count("large");
    } else if (our.equals("end")) {
      assertThat(theirs).as(what).hasSameSizeAs(ours).endsWith("end");
      count("same");
    } else if (their.startsWith("refused")) {
      count("refused by both");
    } else if (REASONS.values().stream().anyMatch(reason -> reason.matcher(our).find())) {
      count("refused by us");
    } else {
      fail(what + " is read by Go, and " + our);
    }
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  /** Without what Go does not know: records of devices (LC-A41), libarchive's attributes. */
  private static String comparable(String ours, String theirs) {
    String[] our = ours.split(" ", -1);
    String[] their = theirs.split(" ", -1);
    int device = 7;
    int xattrs = 9;
    if (our.length != their.length || our.length <= xattrs) {
      return ours;
    }
    String[] numbers = our[device].split(",", -1);
    String[] fields = their[device].split(",", -1);
    for (int i = 0; i < 2; i++) {
      boolean isInRecord = Long.parseLong(numbers[i]) > TarFormat.MAX_OCTAL_ID;
      numbers[i] = isInRecord && fields[i].equals("0") ? "0" : numbers[i];
    }
    our[device] = String.join(",", numbers);
    our[xattrs] = their[xattrs].equals("?") ? "?" : our[xattrs];
    return String.join(" ", our);
  }

  private static List<String> ours(byte[] archive) throws IOException {
    List<String> lines = new ArrayList<>();
    TarReader reader =
        TarReader.of(
            new ByteArrayInputStream(archive), LayerLimits.defaults(), Findings.tolerant());
    long total = 0;
    try {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        byte[] data = reader.data().readNBytes(MOST + 1);
        total += data.length;
        if (total > MOST) {
          lines.add("large");
          return lines;
        }
        lines.add(describe(entry, data));
      }
      lines.add("end");
    } catch (LimitExceededException e) {
      lines.add("large");
    } catch (ImageException e) {
      lines.add("refused: " + e.getMessage());
    }
    return lines;
  }

  private static String describe(TarEntry entry, byte[] data) {
    String kind =
        switch (entry.kind()) {
          case REGULAR -> "-";
          case HARD_LINK -> "1";
          case SYMLINK -> "2";
          case CHARACTER_DEVICE -> "3";
          case BLOCK_DEVICE -> "4";
          case DIRECTORY -> "5";
          case FIFO -> "6";
        };
    CRC32 sum = new CRC32();
    sum.update(data);
    Instant mtime = entry.metadata().mtime();
    List<String> xattrs = new ArrayList<>();
    entry
        .metadata()
        .xattrs()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(ByteString.of(TarFormat.WINDOWS))) {
                xattrs.add(hex(name) + "=" + hex(value));
              }
            });
    return String.format(
        "entry %s %s %s %o %d:%d %d.%09d %d,%d %d=%08x %s",
        kind,
        hex(entry.name()),
        hex(entry.linkName()),
        entry.metadata().mode(),
        entry.metadata().uid(),
        entry.metadata().gid(),
        mtime.getEpochSecond(),
        mtime.getNano(),
        entry.major(),
        entry.minor(),
        entry.size(),
        sum.getValue(),
        String.join(",", xattrs.stream().sorted().toList()));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toBytes());
  }
}
