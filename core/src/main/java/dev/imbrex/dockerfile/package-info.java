/**
 * Dockerfiles as values. Start with {@link dev.imbrex.dockerfile.Dockerfile}, which reads one and
 * knows where everything stands in it; {@link dev.imbrex.dockerfile.IgnorePatterns} reads a {@code
 * .dockerignore}, and {@link dev.imbrex.dockerfile.Expansion} puts variables into words. Building
 * from one is done in {@link dev.imbrex.build}.
 */
@NullMarked
package dev.imbrex.dockerfile;

import org.jspecify.annotations.NullMarked;
