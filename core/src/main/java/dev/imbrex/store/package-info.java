/**
 * The storages that are always there: {@link dev.imbrex.store.MemoryStorage} and {@link
 * dev.imbrex.store.LayoutStorage}, a directory in OCI image layout.
 */
@NullMarked
package dev.imbrex.store;

import org.jspecify.annotations.NullMarked;
