package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.DiffOptions.TimePrecision;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;

/** Says whether a node has changed, in the sense of the options (LC-A1 to LC-A11). */
final class NodeComparison {
  private static final int BUFFER = 64 * 1024;

  private final DiffOptions options;

  NodeComparison(DiffOptions options) {
    this.options = options;
  }

  /** Whether two nodes that are not both directories say the same. */
  boolean areEqual(Node a, Node b) throws IOException {
    return Nodes.isSame(a, b)
        || (a.kind() == b.kind() && haveEqualMetadata(a, b) && haveEqualRest(a, b));
  }

  /** Whether two directories have the attributes for which no entry is needed. */
  boolean haveEqualAttributes(Node.Directory a, Node.Directory b, boolean timesCount) {
    Metadata before = options.xattrRules().inLayer(a.metadata());
    Metadata after = options.xattrRules().inLayer(b.metadata());
    return before.equalsButTime(after)
        && (!timesCount || haveEqualTimes(before.mtime(), after.mtime()));
  }

  private boolean haveEqualMetadata(Node a, Node b) {
    Metadata before = options.xattrRules().inLayer(a.metadata());
    Metadata after = options.xattrRules().inLayer(b.metadata());
    return before.equalsButTime(after) && haveEqualTimes(before.mtime(), after.mtime());
  }

  private boolean haveEqualTimes(Instant a, Instant b) {
    return a.equals(b)
        || (options.timePrecision() == TimePrecision.SECONDS
            && a.getEpochSecond() == b.getEpochSecond()
            && (a.getNano() == 0 || b.getNano() == 0));
  }

  private boolean haveEqualRest(Node a, Node b) throws IOException {
    if (a.equalsButMetadata(b)) {
      return true;
    }
    return a instanceof Node.RegularFile before
        && b instanceof Node.RegularFile after
        && before.content().size() == after.content().size()
        && haveEqualContents(before.content(), after.content());
  }

  /** Compares contents that are equally long, of files that have equal times. */
  private boolean haveEqualContents(FileContent a, FileContent b) throws IOException {
    return switch (options.contents()) {
      case BY_REFERENCE -> false;
      case BY_BYTES -> haveEqualBytes(a, b);
      case BY_TIME -> true;
    };
  }

  private static boolean haveEqualBytes(FileContent a, FileContent b) throws IOException {
    byte[] before = new byte[BUFFER];
    byte[] after = new byte[BUFFER];
    try (InputStream first = a.open();
        InputStream second = b.open()) {
      while (true) {
        int count = first.readNBytes(before, 0, BUFFER);
        int other = second.readNBytes(after, 0, BUFFER);
        if (!Arrays.equals(before, 0, count, after, 0, other)) {
          return false;
        }
        if (count < BUFFER) {
          return true;
        }
      }
    }
  }
}
