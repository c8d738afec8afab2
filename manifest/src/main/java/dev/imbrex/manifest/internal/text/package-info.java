/** Text in messages. */
@NullMarked
package dev.imbrex.manifest.internal.text;

import org.jspecify.annotations.NullMarked;
