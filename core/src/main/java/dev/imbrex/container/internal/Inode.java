package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one name or several stand for. Everything here is guarded by the lock of the {@link
 * Namespace}, save the bytes of files, which have their own.
 */
abstract class Inode {
  private final long number;
  private Metadata metadata;
  private Instant accessed;
  private Instant changed;
  private int links;

  Inode(long number, Metadata metadata, Instant changed, int links) {
    this.number = number;
    this.metadata = metadata;
    this.accessed = metadata.mtime();
    this.changed = changed;
    this.links = links;
  }

  abstract Node.Kind kind();

  /** What {@code stat} gives as size, in bytes. */
  abstract long size();

  /** A number no other inode of this file system ever has. */
  final long number() {
    return number;
  }

  final Metadata metadata() {
    return metadata;
  }

  /** Changes attributes at a time. */
  final void setMetadata(Metadata changedMetadata, Instant now) {
    metadata = changedMetadata;
    changed = now;
  }

  final Instant accessed() {
    return accessed;
  }

  /** Sets the time of the last access; reading does not. */
  final void setAccessed(Instant time, Instant now) {
    accessed = time;
    changed = now;
  }

  /** When attributes last changed. */
  final Instant changed() {
    return changed;
  }

  /** How many names there are. */
  int links() {
    return links;
  }

  final void addLink(Instant now) {
    links++;
    changed = now;
  }

  final void removeLink(Instant now) {
    links--;
    changed = now;
  }

  final boolean isDirectory() {
    return kind() == Node.Kind.DIRECTORY;
  }

  /** The node of the image this was made from, or null if it is new. */
  abstract @Nullable Node origin();

  /** Whether it was made from a node of the image, and is not as that any more. */
  boolean isChanged() {
    Node was = origin();
    return was != null && !metadata.equals(was.metadata());
  }
}
