/**
 * What others test their storages with; published beside the library under the classifier tests.
 */
@NullMarked
package dev.imbrex.testing;

import org.jspecify.annotations.NullMarked;
