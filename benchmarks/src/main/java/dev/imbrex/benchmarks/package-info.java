/** Benchmarks: ours beside the peers, in one run, on the same bytes. */
@NullMarked
package dev.imbrex.benchmarks;

import org.jspecify.annotations.NullMarked;
