/**
 * Whole jobs, ours beside programs and libraries that do the same, in turn in one run: {@link
 * dev.imbrex.benchmarks.compare.Compare} is the program.
 */
@NullMarked
package dev.imbrex.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
