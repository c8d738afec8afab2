/**
 * For tests of what uses images: published beside the library under the classifier {@code testkit},
 * for JUnit Jupiter 5 and 6 with AssertJ 3, both of which the user brings.
 *
 * <p>Start with {@link dev.imbrex.testing.ImbrexExtension}, which gives a test its stores and
 * registries, with {@link dev.imbrex.testing.Fixtures}, the words that make images, and with {@link
 * dev.imbrex.testing.ImbrexAssertions}.
 *
 * <p>Who writes a {@link dev.imbrex.image.Storage} extends {@link
 * dev.imbrex.testing.StorageContract}; who wants to know what happens when one fails puts a {@link
 * dev.imbrex.testing.FaultyStorage} before it, or asks the {@link dev.imbrex.testing.TestRegistry}
 * for faults. {@link dev.imbrex.testing.ScriptedRunExecutor} stands in for the commands of a
 * Dockerfile.
 */
@NullMarked
package dev.imbrex.testing;

import org.jspecify.annotations.NullMarked;
