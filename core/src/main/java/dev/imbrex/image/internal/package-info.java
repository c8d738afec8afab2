/** What storages share that no user sees. */
@NullMarked
package dev.imbrex.image.internal;

import org.jspecify.annotations.NullMarked;
