/**
 * The storages that are always there: {@link dev.imbrex.store.MemoryStorage}, {@link
 * dev.imbrex.store.LayoutStorage}, a directory in OCI image layout, and archives of images, {@link
 * dev.imbrex.store.OciArchive} and {@link dev.imbrex.store.DockerArchive}.
 */
@NullMarked
package dev.imbrex.store;

import org.jspecify.annotations.NullMarked;
