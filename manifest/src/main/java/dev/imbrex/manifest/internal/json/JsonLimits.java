package dev.imbrex.manifest.internal.json;

/**
 * How much JSON may be read at once (SN-M16, LC-C37).
 *
 * @param maxBytes the largest document, in bytes
 * @param bytesOption the name of the option that raises {@code maxBytes}, for messages
 * @param maxDepth how deep arrays and objects may nest; the outermost counts as 1
 * @param maxValues how many values a document may have, members of all depths counted; this bounds
 *     memory, since a value of two bytes takes fifty times as much when it is read
 */
public record JsonLimits(long maxBytes, String bytesOption, int maxDepth, int maxValues) {
  /** The name of the option that raises {@code maxDepth}. */
  public static final String DEPTH_OPTION = "jsonDepth";

  /** The name of the option that raises {@code maxValues}. */
  public static final String VALUES_OPTION = "jsonValues";

  /** A limit of bytes, with depth 64 and a million values. */
  public static JsonLimits ofBytes(long maxBytes, String bytesOption) {
    return new JsonLimits(maxBytes, bytesOption, 64, 1_000_000);
  }
}
