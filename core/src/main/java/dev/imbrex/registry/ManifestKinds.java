package dev.imbrex.registry;

import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.List;
import java.util.regex.Pattern;

/** Tells what a registry keeps among its manifests from what it keeps among its blobs. */
final class ManifestKinds {
  private static final Pattern OTHERS = Pattern.compile(".*(manifest|index)[^/]*\\+json");

  /** What servers say that do not know what they serve. */
  private static final List<String> GENERIC =
      List.of(
          "application/json",
          "application/octet-stream",
          "binary/octet-stream",
          "text/json",
          "text/plain");

  private ManifestKinds() {}

  /** Whether content of this type is put as a manifest; one of an unknown type may be, too. */
  static boolean isManifest(MediaType type) {
    return type.isManifest() || type.isSchema1() || OTHERS.matcher(type.toString()).matches();
  }

  /** Whether content of this type cannot be a manifest. */
  static boolean isBlob(MediaType type) {
    return type.isLayer() || type.isImageConfig();
  }

  /** Whether the type says more than that there are bytes. */
  static boolean isTelling(MediaType type) {
    return !GENERIC.contains(type.toString());
  }

  /**
   * Refuses the retired format, whose digest cannot even be verified (SN-M5).
   *
   * @throws UnsupportedContentException if it is that
   */
  static void refuseSchema1(MediaType type, String what) throws UnsupportedContentException {
    if (type.isSchema1()) {
      throw new UnsupportedContentException(
          what
              + " is in Docker's manifest format schema 1, which is retired: rebuild the image, or"
              + " push it again with a current tool");
    }
  }
}
