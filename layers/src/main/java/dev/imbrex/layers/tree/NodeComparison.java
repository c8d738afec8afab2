package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.Change.Aspect;
import dev.imbrex.layers.tree.DiffOptions.Contents;
import dev.imbrex.layers.tree.DiffOptions.TimePrecision;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** Says whether a node has changed, in the sense of the options (LC-A1 to LC-A11). */
final class NodeComparison {
  private final DiffOptions options;
  private final ContentComparison contents;

  NodeComparison(DiffOptions options, ContentComparison contents) {
    this.options = options;
    this.contents = contents;
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

  boolean haveEqualMetadata(Node a, Node b) {
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
      case BY_BYTES -> contents.areEqual(a, b);
      case BY_TIME -> true;
    };
  }

  /** In what two nodes at one path differ; may be added to. */
  Set<Aspect> aspects(Node a, Node b, boolean areRoots) throws IOException {
    Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    if (Nodes.isSame(a, b)) {
      return aspects;
    }
    addAttributes(aspects, a, b, areRoots);
    if (a.kind() != b.kind()) {
      aspects.add(Aspect.TYPE);
    } else if (!a.equalsButMetadata(b) && !isSameFile(a, b, aspects)) {
      aspects.add(ofKind(a.kind()));
    }
    return aspects;
  }

  private void addAttributes(Set<Aspect> aspects, Node a, Node b, boolean areRoots) {
    Metadata before = options.xattrRules().inLayer(a.metadata());
    Metadata after = options.xattrRules().inLayer(b.metadata());
    boolean isDirectory = a.isDirectory() && b.isDirectory();
    boolean timesCount = !isDirectory || (areRoots ? options.rootTime() : options.directoryTimes());
    if (before.mode() != after.mode()) {
      aspects.add(Aspect.MODE);
    }
    if (before.uid() != after.uid() || before.gid() != after.gid()) {
      aspects.add(Aspect.OWNER);
    }
    if (timesCount && !haveEqualTimes(before.mtime(), after.mtime())) {
      aspects.add(Aspect.TIME);
    }
    if (!before.xattrs().equals(after.xattrs())) {
      aspects.add(Aspect.XATTRS);
    }
  }

  private boolean isSameFile(Node a, Node b, Set<Aspect> attributes) throws IOException {
    boolean isTrusted = options.contents() == Contents.BY_TIME;
    return !(isTrusted && attributes.contains(Aspect.TIME)) && haveEqualRest(a, b);
  }

  private static Aspect ofKind(Node.Kind kind) {
    return switch (kind) {
      case REGULAR -> Aspect.CONTENT;
      case SYMLINK -> Aspect.TARGET;
      default -> Aspect.DEVICE;
    };
  }
}
