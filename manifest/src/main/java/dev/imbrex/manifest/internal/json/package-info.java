/**
 * The one place that knows JSON. {@link dev.imbrex.manifest.internal.json.Json} reads and prints,
 * {@link dev.imbrex.manifest.internal.json.JsonObject} is what the rest of the library sees of a
 * document: an immutable value whose accessors check types and say where a wrong one stands.
 *
 * <p>It stands on Jackson's tree model, but with a reading loop of its own, because documents have
 * to survive a modification: members nobody knows, their order, and numbers as they were written.
 */
@NullMarked
package dev.imbrex.manifest.internal.json;

import org.jspecify.annotations.NullMarked;
