package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the files of a tar stand, and where its links lead: never out of it (LC-E22, SN-S13). */
final class TarIndex {
  private static final int MAX_LINKS = 255;

  private final String what;
  private final Map<TreePath, Member> members = new HashMap<>();
  private final Map<TreePath, Link> links = new HashMap<>();
  private final Set<TreePath> directories = new HashSet<>();
  private final Set<TreePath> repeated = new HashSet<>();

  /**
   * A regular file.
   *
   * @param path its name
   * @param index which entry of the tar it is
   * @param offset where its bytes stand; -1 for a sparse file
   * @param size how many there are
   */
  record Member(TreePath path, long index, long offset, long size) {}

  private record Link(String target, boolean isHard) {}

  TarIndex(String what) {
    this.what = what;
  }

  void add(TarEntry entry) {
    TreePath path = entry.path();
    boolean isDirectory = entry.kind() == TarEntry.Kind.DIRECTORY;
    if (isDirectory ? isFile(path) : isFile(path) || directories.contains(path)) {
      repeated.add(path);
    }
    switch (entry.kind()) {
      case REGULAR ->
          members.put(path, new Member(path, entry.index(), entry.dataOffset(), entry.size()));
      case SYMLINK -> links.put(path, new Link(text(entry), false));
      case HARD_LINK -> links.put(path, new Link(text(entry), true));
      default -> {
        // Devices and pipes have no business here.
      }
    }
    for (TreePath up = isDirectory ? path : path.parent();
        !up.isRoot() && directories.add(up);
        up = up.parent()) {
      // Each directory once.
    }
  }

  boolean has(TreePath path) {
    return isFile(path) || directories.contains(path);
  }

  Optional<Member> find(String name) throws MalformedContentException {
    Walk walk = new Walk(name);
    return Optional.ofNullable(members.get(walk.end()));
  }

  /** What names in a manifest can mean is text; a target that is not leads to nothing. */
  private static String text(TarEntry entry) {
    return new String(entry.linkName().toBytes(), UTF_8);
  }

  private boolean isFile(TreePath path) {
    return members.containsKey(path) || links.containsKey(path);
  }

  /** Goes from the root of the archive to where a name leads. */
  private final class Walk {
    private final String name;
    private final Deque<String> ahead = new ArrayDeque<>();
    private TreePath here = TreePath.root();
    private int followed;

    Walk(String name) throws MalformedContentException {
      this.name = name;
      push(name);
    }

    TreePath end() throws MalformedContentException {
      while (!ahead.isEmpty()) {
        String next = ahead.pop();
        if (next.equals("..")) {
          if (here.isRoot()) {
            throw malformed("it leads out of the archive");
          }
          here = here.parent();
        } else {
          step(child(next));
        }
      }
      return here;
    }

    private void step(TreePath path) throws MalformedContentException {
      if (repeated.contains(path)) {
        throw malformed("the archive has more than one entry " + path);
      }
      Link link = links.get(path);
      if (link == null) {
        here = path;
        return;
      }
      if (++followed > MAX_LINKS) {
        throw malformed("its links lead in a circle");
      }
      if (link.isHard || link.target.startsWith("/")) {
        here = TreePath.root();
      }
      push(link.target);
    }

    private TreePath child(String next) throws MalformedContentException {
      try {
        return here.child(ByteString.of(next.getBytes(UTF_8)));
      } catch (IllegalArgumentException e) {
        throw new MalformedContentException(what, name, "it cannot be a name in an archive", e);
      }
    }

    private void push(String path) throws MalformedContentException {
      if (path.length() > TreePath.MAX_LENGTH) {
        throw malformed("it is too long for a name");
      }
      String[] names = path.split("/", -1);
      for (int i = names.length - 1; i >= 0; i--) {
        if (!names[i].isEmpty() && !names[i].equals(".")) {
          ahead.push(names[i]);
        }
      }
    }

    private MalformedContentException malformed(String problem) {
      return new MalformedContentException(what, name, problem);
    }
  }
}
