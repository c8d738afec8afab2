package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.internal.text.Quoted;
import java.io.IOException;
import java.util.Optional;

/**
 * A user and a group, as numbers.
 *
 * @param uid the user
 * @param gid the group
 */
record Owner(long uid, long gid) {
  static final Owner ROOT = new Owner(0, 0);

  private static final TreePath USERS = TreePath.of("etc/passwd");
  private static final TreePath GROUPS = TreePath.of("etc/group");
  private static final int MAX_SIZE = 1 << 24;
  private static final int USER_FIELDS = 4;
  private static final int GROUP_FIELDS = 3;

  /**
   * Reads {@code user[:group]}. Names are looked up in the image's own files. A user's number alone
   * is the group's, too; a user's name alone stands for the user's first group, and in the classic
   * way for the group of that name (SN-B18).
   *
   * @throws IllegalArgumentException if a name is unknown, or the text malformed
   */
  static Owner parse(String text, Draft image, boolean classic) throws IOException {
    String[] parts = text.split(":", -1);
    if (parts.length > 2 || parts[0].isEmpty()) {
      throw new IllegalArgumentException("expected user or user:group, not " + Quoted.of(text));
    }
    Optional<Long> number = number(parts[0]);
    Optional<String[]> user =
        number.isPresent() ? Optional.empty() : find(image, USERS, parts[0], USER_FIELDS);
    if (number.isEmpty() && user.isEmpty()) {
      throw new IllegalArgumentException("the image has no user " + Quoted.of(parts[0]));
    }
    long uid = number.orElseGet(() -> id(user.orElseThrow()[2]));
    if (parts.length == 2 && !parts[1].isEmpty()) {
      return new Owner(uid, group(image, parts[1]));
    }
    if (number.isPresent()) {
      return new Owner(uid, uid);
    }
    return new Owner(uid, classic ? group(image, parts[0]) : id(user.orElseThrow()[3]));
  }

  private static long group(Draft image, String name) throws IOException {
    Optional<Long> number = number(name);
    if (number.isPresent()) {
      return number.get();
    }
    return find(image, GROUPS, name, GROUP_FIELDS)
        .map(fields -> id(fields[2]))
        .orElseThrow(
            () -> new IllegalArgumentException("the image has no group " + Quoted.of(name)));
  }

  private static Optional<String[]> find(Draft image, TreePath file, String name, int fields)
      throws IOException {
    FileTree files = image.files();
    if (files.follow(file).isEmpty()) {
      return Optional.empty();
    }
    for (String line : new String(files.read(file, MAX_SIZE), UTF_8).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length >= fields && parts[0].equals(name)) {
        return Optional.of(parts);
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> number(String text) {
    boolean isNumber = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Optional.of(id(text)) : Optional.empty();
  }

  private static long id(String text) {
    boolean isNumber =
        !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long id = isNumber ? Long.parseLong(text) : -1;
    if (id < 0 || id > Metadata.MAX_ID) {
      throw new IllegalArgumentException("no id of a user or group: " + Quoted.of(text));
    }
    return id;
  }
}
