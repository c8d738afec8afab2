package dev.imbrex.build.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The user a command runs as, by the image's own accounts (OCI image-spec 1.1, "User").
 *
 * @param groups the further groups; none if a group was named
 * @param home the home directory; {@code /} if none is known
 */
record RunUser(long uid, long gid, List<Long> groups, String home) {
  private static final TreePath PASSWD = TreePath.of("/etc/passwd");
  private static final TreePath GROUP = TreePath.of("/etc/group");
  private static final int MOST = 1 << 20;

  /**
   * Finds a user.
   *
   * @param text a name or a number, with a group behind a colon perhaps; empty for root
   * @throws ContentNotFoundException if the files know no such name
   */
  static RunUser find(FileTree files, String text) throws IOException {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    String wanted = user.isEmpty() ? "0" : user;
    String @Nullable [] account = account(lines(files, PASSWD), wanted);
    long uid = account == null ? number(wanted, "user " + wanted) : number(account[2], wanted);
    long gid = account == null ? 0 : number(account[3], wanted);
    String home = account == null || account[5].isEmpty() ? "/" : account[5];
    List<String[]> all = lines(files, GROUP);
    if (!group.isEmpty()) {
      String @Nullable [] found = account(all, group);
      long id = number(found == null ? group : found[2], "group " + group);
      return new RunUser(uid, id, List.of(), home);
    }
    return new RunUser(uid, gid, account == null ? List.of() : memberships(all, account[0]), home);
  }

  private static List<Long> memberships(List<String[]> groups, String name) {
    TreeSet<Long> ids = new TreeSet<>();
    for (String[] group : groups) {
      if (group.length > 3 && Arrays.asList(group[3].split(",")).contains(name)) {
        find(group[2]).ifPresent(ids::add);
      }
    }
    return List.copyOf(ids);
  }

  /** The line of a name, or of a number if nothing has it as its name. */
  private static String @Nullable [] account(List<String[]> lines, String wanted) {
    String[] byNumber = null;
    for (String[] line : lines) {
      if (line[0].equals(wanted)) {
        return line;
      }
      if (byNumber == null && line[2].equals(wanted)) {
        byNumber = line;
      }
    }
    return byNumber;
  }

  private static List<String[]> lines(FileTree files, TreePath path) throws IOException {
    byte[] bytes;
    try {
      bytes = files.read(path, MOST);
    } catch (ContentNotFoundException e) {
      return List.of();
    }
    List<String[]> lines = new ArrayList<>();
    int least = path.equals(PASSWD) ? 6 : 3;
    for (String line : new String(bytes, UTF_8).split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length >= least && !fields[0].isEmpty()) {
        lines.add(fields);
      }
    }
    return lines;
  }

  private static long number(String text, String what) throws ContentNotFoundException {
    return find(text).orElseThrow(() -> new ContentNotFoundException("The image has no " + what));
  }

  private static Optional<Long> find(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 10;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    long id = digits ? Long.parseLong(text) : -1;
    return id < 0 || id > Metadata.MAX_ID ? Optional.empty() : Optional.of(id);
  }
}
