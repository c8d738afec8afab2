package dev.imbrex.layers.tree;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which extended attributes go into a layer, and in which form (LC-A9, LC-A10). */
final class XattrRules {
  private static final XattrRules STANDARD =
      without(
          List.of(
              "security.selinux",
              "security.ima",
              "security.evm",
              "security.apparmor",
              "system.nfs4_acl",
              "trusted.overlay.*",
              "user.rootlesscontainers",
              "user.containers.override_stat",
              "com.apple.*"));

  private static final ByteString CAPABILITY = ByteString.of("security.capability");
  private static final int CAPABILITY_V3_LENGTH = 24;
  private static final int CAPABILITY_V2_LENGTH = 20;

  /** The highest byte of the first, little-endian, word of the value. */
  private static final int CAPABILITY_REVISION = 3;

  private final Set<ByteString> names = new TreeSet<>();
  private final Set<ByteString> prefixes = new TreeSet<>();

  private XattrRules() {}

  static XattrRules standard() {
    return STANDARD;
  }

  static XattrRules without(Iterable<String> patterns) {
    XattrRules rules = new XattrRules();
    for (String pattern : patterns) {
      if (pattern.endsWith("*")) {
        rules.prefixes.add(ByteString.of(pattern.substring(0, pattern.length() - 1)));
      } else {
        rules.names.add(ByteString.of(pattern));
      }
    }
    return rules;
  }

  /** The attributes as a layer has them. */
  Metadata inLayer(Metadata metadata) {
    if (metadata.xattrs().isEmpty()) {
      return metadata;
    }
    SortedMap<ByteString, ByteString> kept = new TreeMap<>();
    metadata
        .xattrs()
        .forEach(
            (name, value) -> {
              if (!isLeftOut(name)) {
                kept.put(name, name.equals(CAPABILITY) ? withoutNamespace(value) : value);
              }
            });
    return kept.equals(metadata.xattrs()) ? metadata : metadata.withXattrs(kept);
  }

  private boolean isLeftOut(ByteString name) {
    return names.contains(name) || prefixes.stream().anyMatch(name::startsWith);
  }

  /** Revision 3 ends in the id of a user namespace, which means nothing elsewhere. */
  private static ByteString withoutNamespace(ByteString value) {
    byte[] bytes = value.toBytes();
    if (bytes.length != CAPABILITY_V3_LENGTH || bytes[CAPABILITY_REVISION] != 3) {
      return value;
    }
    byte[] shorter = Arrays.copyOf(bytes, CAPABILITY_V2_LENGTH);
    shorter[CAPABILITY_REVISION] = 2;
    return ByteString.trusted(shorter);
  }
}
