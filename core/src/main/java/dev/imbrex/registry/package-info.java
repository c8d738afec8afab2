/**
 * Registries that speak the distribution protocol of OCI and Docker. Start with {@link
 * dev.imbrex.registry.RegistryClient}, which opens repositories as storages, and {@link
 * dev.imbrex.registry.RegistryOptions}, which tells it whom to trust and how to connect. The server
 * is in {@link dev.imbrex.registry.server}.
 */
@NullMarked
package dev.imbrex.registry;

import org.jspecify.annotations.NullMarked;
