/** What packages of this module share to tell a progress, and to ask it. Not exported. */
@NullMarked
package dev.imbrex.image.internal.progress;

import org.jspecify.annotations.NullMarked;
