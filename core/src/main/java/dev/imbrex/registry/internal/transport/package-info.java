/**
 * One HTTP exchange at a time on {@link java.net.http.HttpClient}: time limits, bodies that stream
 * both ways, threads that end. Knows nothing of registries.
 */
@NullMarked
package dev.imbrex.registry.internal.transport;

import org.jspecify.annotations.NullMarked;
