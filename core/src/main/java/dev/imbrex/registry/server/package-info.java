/**
 * A registry inside the JVM: {@link dev.imbrex.registry.server.RegistryServer} serves any {@link
 * dev.imbrex.image.Storage} by the distribution protocol. One call starts it for a test; {@link
 * dev.imbrex.registry.server.RegistryServerOptions} has what real use needs; {@link
 * dev.imbrex.registry.server.RegistryFaults} lets it misbehave as registries do.
 */
@NullMarked
package dev.imbrex.registry.server;

import org.jspecify.annotations.NullMarked;
