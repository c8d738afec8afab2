/**
 * A file tree as a {@link java.nio.file.FileSystem}. Start with {@link
 * dev.imbrex.container.internal.VirtualFileSystem}, which joins the parts: {@code Namespace} knows
 * names and inodes, {@code FileData} the bytes of a file, {@code Snapshot} makes a tree of it
 * again.
 */
@NullMarked
package dev.imbrex.container.internal;

import org.jspecify.annotations.NullMarked;
