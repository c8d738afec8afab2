package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * An entry of a layer, made by {@link Fixtures}: mode as told there, owner 0:0, the epoch as time,
 * until told otherwise.
 *
 * @param entry what the layer says
 */
public record EntryFixture(LayerEntry entry) {
  /** Checks that it is not null. */
  public EntryFixture {
    requireNonNull(entry);
  }

  /**
   * The same with other permissions.
   *
   * @param mode {@code 0} to {@code 07777}
   */
  public EntryFixture mode(int mode) {
    return with(metadata -> metadata.withMode(mode));
  }

  /** The same with another owner. */
  public EntryFixture owner(long uid, long gid) {
    return with(metadata -> metadata.withOwner(uid, gid));
  }

  /** The same with another time of its last modification. */
  public EntryFixture mtime(Instant time) {
    return with(metadata -> metadata.withMtime(time));
  }

  /** The same with an extended attribute, {@code user.origin}. */
  public EntryFixture xattr(String name, String value) {
    return with(metadata -> metadata.withXattr(ByteString.of(name), ByteString.of(value)));
  }

  private EntryFixture with(UnaryOperator<Metadata> change) {
    if (entry instanceof LayerEntry.Present present) {
      return new EntryFixture(
          new LayerEntry.Present(
              present.path(),
              present.node().withMetadata(change.apply(present.node().metadata()))));
    }
    throw new IllegalStateException(NodeText.of(entry) + " has no attributes of its own");
  }
}
