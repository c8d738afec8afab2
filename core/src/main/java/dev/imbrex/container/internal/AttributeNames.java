package dev.imbrex.container.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The attributes that can be asked for by name, in the views that have them. */
final class AttributeNames {
  private static final Map<String, Function<VirtualAttributes, Object>> ALL = all();
  private static final List<String> NAMES = new ArrayList<>(ALL.keySet());
  private static final int BASIC = NAMES.indexOf("fileKey") + 1;
  private static final int POSIX = NAMES.indexOf("group") + 1;

  private AttributeNames() {}

  /** All attributes, the basic ones first, then the further ones of POSIX, then those of Unix. */
  private static Map<String, Function<VirtualAttributes, Object>> all() {
    Map<String, Function<VirtualAttributes, Object>> all = new LinkedHashMap<>();
    all.put("size", VirtualAttributes::size);
    all.put("creationTime", VirtualAttributes::creationTime);
    all.put("lastAccessTime", VirtualAttributes::lastAccessTime);
    all.put("lastModifiedTime", VirtualAttributes::lastModifiedTime);
    all.put("isDirectory", VirtualAttributes::isDirectory);
    all.put("isRegularFile", VirtualAttributes::isRegularFile);
    all.put("isSymbolicLink", VirtualAttributes::isSymbolicLink);
    all.put("isOther", VirtualAttributes::isOther);
    all.put("fileKey", VirtualAttributes::fileKey);
    all.put("permissions", VirtualAttributes::permissions);
    all.put("owner", VirtualAttributes::owner);
    all.put("group", VirtualAttributes::group);
    all.put("mode", VirtualAttributes::mode);
    all.put("ino", VirtualAttributes::number);
    all.put("dev", attributes -> VirtualAttributes.DEVICE);
    all.put("rdev", VirtualAttributes::device);
    all.put("nlink", VirtualAttributes::links);
    all.put("uid", attributes -> (int) attributes.metadata().uid());
    all.put("gid", attributes -> (int) attributes.metadata().gid());
    all.put("ctime", VirtualAttributes::changed);
    return all;
  }

  /**
   * The values of attributes by name.
   *
   * @param wanted names, or {@code *} among them for all
   * @throws IllegalArgumentException if the view has no such attribute
   * @throws UnsupportedOperationException if there is no such view
   */
  static Map<String, Object> read(VirtualAttributes attributes, String view, List<String> wanted) {
    List<String> there =
        switch (view) {
          case "basic" -> NAMES.subList(0, BASIC);
          case "posix" -> NAMES.subList(0, POSIX);
          case "unix" -> NAMES;
          case "owner" -> List.of("owner");
          default -> throw noView(view);
        };
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("No attributes asked for");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : wanted.contains("*") ? there : wanted) {
      Function<VirtualAttributes, Object> getter = there.contains(name) ? ALL.get(name) : null;
      if (getter == null) {
        throw new IllegalArgumentException("'" + name + "' not recognized");
      }
      values.put(name, getter.apply(attributes));
    }
    return values;
  }

  static UnsupportedOperationException noView(String view) {
    return new UnsupportedOperationException("View '" + view + "' not available");
  }
}
