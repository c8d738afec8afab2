/** The commonest jobs of people who build images in Java, written with Imbrex and with jib-core. */
@NullMarked
package dev.imbrex.benchmarks.recipes;

import org.jspecify.annotations.NullMarked;
